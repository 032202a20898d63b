namespace Syntha.Server.Tests.Services;

/// <summary>
/// A prompt that is asked for again is sent as it was written before. This holds only for the same caller, and until something changes.
/// </summary>
public sealed class RepeatedPromptTests(SharedServer server)
{
    private static readonly PromptSpec Spec = new() { System = new() };

    [Fact]
    public async Task BuildPrompt_AskedForAgain_IsTheSameAnswerOnBothSides()
    {
        var alice = server.NewUser();
        await alice.PushAsync("city", "\"S\u00e3o Paulo \U0001f389\"");
        await alice.PushAsync("large", $"\"{new string('x', 20_000)}\"");
        var position = await alice.PositionAsync();
        for (var n = 0; n < 3; n++)
        {
            var agents = await alice.Tools.BuildPromptAsync(new() { AsAgent = "one", Spec = Spec });
            var owners = await alice.Mesh.BuildPromptAsync(new() { AsAgent = "one", Spec = Spec });

            Assert.StartsWith("[Context]\nCity: S\u00e3o Paulo \U0001f389\nLarge: xxx", agents.Prompt.Text, StringComparison.Ordinal);
            Assert.Equal(["city", "large"], agents.Prompt.Keys);
            Assert.Equal((agents.Prompt, position, position), (owners.Prompt, agents.Position, owners.Position));
        }
    }

    [Fact]
    public async Task BuildPrompt_AfterAChange_ShowsItWithItsPosition()
    {
        var alice = server.NewUser();
        for (var n = 1; n < 4; n++)
        {
            await alice.PushAsync("k", $"{n}");
            for (var again = 0; again < 2; again++)
            {
                var answer = await alice.Tools.BuildPromptAsync(new() { AsAgent = "one", Spec = Spec });
                Assert.Equal(($"[Context]\nK: {n}", n), (answer.Prompt.Text, answer.Position.Revision));
            }
        }
    }

    [Fact]
    public async Task BuildPrompt_ThatAnotherGotBefore_IsNotTheirs()
    {
        var (alice, bob) = (server.NewUser(), server.NewUser());
        await alice.PushAsync("k", "\"alice's\"", subscribers: ["one"]);
        await bob.PushAsync("k", "\"bob's\"", subscribers: ["one"]);
        for (var n = 0; n < 2; n++)
        {
            Assert.Equal("[Context]\nK: alice's", await alice.TextAsync(Spec));
            Assert.Equal("[Context]\nK: bob's", await bob.TextAsync(Spec));
            Assert.Equal("", await alice.TextAsync(Spec, "two"));
            Assert.Equal("K: alice's", await alice.TextAsync(new() { System = new() { OmitHeader = true } }));
        }
    }
}
