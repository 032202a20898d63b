namespace Syntha.Server.Tests.Admission;

/// <summary>The operator chooses which ids are users: one of two presets, or a pattern.</summary>
public sealed class PresetTests
{
    [Theory]
    [InlineData(null, "alice", true)]
    [InlineData(null, "a.b_c@d|e-f", true)]
    [InlineData(null, "a b", false)]
    [InlineData("--Users:IdPreset=Default", "a.b_c@d|e-f", true)]
    [InlineData("--Users:IdPreset=Seed", "alice42", true)]
    [InlineData("--Users:IdPreset=Seed", "12345678901234567890123456789012345678901234567890", true)]
    [InlineData("--Users:IdPreset=Seed", "123456789012345678901234567890123456789012345678901", false)]
    [InlineData("--Users:IdPreset=Seed", "a.b", false)]
    [InlineData("--Users:IdPreset=Seed", "a_b", false)]
    [InlineData("--Users:IdPreset=Seed", "alice@example.com", false)]
    [InlineData("--Users:IdPattern=team-[0-9]+", "team-7", true)]
    [InlineData("--Users:IdPattern=team-[0-9]+", "alice", false)]
    [InlineData("--Users:IdPattern=team-[0-9]+", "team-7x", false)]
    [InlineData("--Users:IdPattern=team-[0-9]+", "x-team-7", false)]
    [InlineData("--Users:IdPattern=a|b", "b", true)]
    [InlineData("--Users:IdPattern=a|b", "ab", false)]
    public async Task UserId_UnderARule_IsServedOrRefused(string? setting, string id, bool isServed)
    {
        await using var server = await TestServer.StartAsync(setting is null ? [] : [setting]);

        if (isServed)
        {
            Assert.Equal(1, await server.As(id).PushAsync("k"));
        }
        else
        {
            var refusal = await Refusal.OfAsync(ErrorReason.UserIdMalformed, server.As(id).Mesh.PushAsync(TestUser.Push("k")));
            Assert.Contains("Users:IdPreset, Users:IdPattern", refusal.Thrown.Status.Detail, StringComparison.Ordinal);
            Assert.NotEmpty(refusal.Info.Metadata["pattern"]);
        }

        Assert.Equal(isServed ? 1 : 0, server.StoreNames().Count());
    }
}
