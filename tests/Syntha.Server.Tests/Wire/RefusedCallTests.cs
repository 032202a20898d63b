namespace Syntha.Server.Tests.Wire;

/// <summary>The table of bad input: each call is refused with its reason and leaves nothing behind.</summary>
public sealed class RefusedCallTests(SharedServer server)
{
    public static TheoryData<string> Names { get; } = new(RefusedCalls.All.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task AnyCall_WithBadInput_IsRefusedAndLeavesNothing(string name)
    {
        var call = RefusedCalls.All[name];
        var (user, stranger) = (server.NewUser(), server.NewUser("stranger"));
        await user.PushAsync("k", "\"before\"", topics: ["t"]);
        await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = "a", Topics = { "t" } });
        var before = await user.StateAsync();

        var refusal = Refusal.Of(call.Reason, await call.ThrownAsync(user));
        Refusal.Of(call.Reason, await call.ThrownAsync(stranger));

        if (call.Field is not null)
        {
            Assert.StartsWith(call.Field, refusal.Field, StringComparison.Ordinal);
        }

        Assert.Equal(before, await user.StateAsync());
        Assert.False(server.HasStore(stranger.Id), "A refused call made a store.");
    }

    [Theory]
    [InlineData("{\"a\": tru}", "1", "10")]
    [InlineData("{\n  \"a\": 1,\n  \"a\": 2\n}", "3", "3")]
    [InlineData("[1,\n2,\n x]", "3", "2")]
    [InlineData("", "1", "1")]
    public async Task Push_InvalidJson_TellsLineAndColumn(string json, string line, string column)
    {
        var refusal = await Refusal.OfAsync(ErrorReason.JsonInvalid, server.NewUser().Mesh.PushAsync(TestUser.Push("k", json)));

        Assert.Equal((line, column), (refusal.Info.Metadata["line"], refusal.Info.Metadata["column"]));
    }

    [Fact]
    public async Task Push_TooLong_TellsLimitAndActualSize()
    {
        var refusal = await Refusal.OfAsync(ErrorReason.KeyInvalid, server.NewUser().Mesh.PushAsync(TestUser.Push(new string('é', 3000))));

        Assert.Equal(("4096", "6000"), (refusal.Info.Metadata["limit"], refusal.Info.Metadata["actual"]));
    }

    [Fact]
    public async Task Refusal_ThatNamesTheLongestTopic_ReachesTheCaller()
    {
        var user = server.NewUser();
        await user.Mesh.SetPostPermissionsAsync(new() { Agent = "a", Permissions = new() });

        // In a percent-encoded trailer such a character takes twelve bytes, twice.
        var topic = string.Concat(Enumerable.Repeat("\U0001F511", 128));
        await Refusal.OfAsync(ErrorReason.RoutingNotAllowed, user.Mesh.PushAsync(TestUser.Push("k", topics: [topic], agent: "a")));
        await Refusal.OfAsync(
            ErrorReason.RoutingNotAllowed, user.Mesh.PushAsync(TestUser.Push("k", topics: [new string('\u0001', 512)], agent: "a")));
    }

    [Fact]
    public async Task Push_OverTheReceiveLimit_IsRefusedAndTheConnectionGoesOn()
    {
        var user = server.NewUser();
        await user.PushAsync("k");
        var before = await user.StateAsync();

        var thrown = await Assert.ThrowsAsync<RpcException>(
            () => user.Mesh.PushAsync(TestUser.Push("big", $"\"{new string('v', 9 * 1024 * 1024)}\"")).ResponseAsync);

        Refusal.Of(ErrorReason.RequestTooLarge, thrown);
        Assert.Equal(before, await user.StateAsync());
        Assert.Equal(2, await user.PushAsync("k2"));
    }
}
