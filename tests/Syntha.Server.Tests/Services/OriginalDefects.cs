namespace Syntha.Server.Tests.Services;

/// <summary>
/// The defects of the original system, by the line numbers of its description, as far as they concern the mesh and the direct methods. The
/// original fails each of these tests. `make bench` measures line 9 (the number of items does not slow it down). Line 10 comes with the
/// prompt builders.
/// </summary>
public sealed class OriginalDefects(SharedServer server)
{
    [Fact]
    public async Task Defect1_EmptyUserId_ReadsNobodysRows()
    {
        var user = server.NewUser();
        await user.PushAsync("k", "\"secret\"");

        foreach (var id in (string[])["", " ", "%", "*", "' OR 1=1"])
        {
            var answer = await RawCall.SendAsync(server.Grpc, "ContextMesh/List", [], ("user-id", id));
            Assert.False(answer.IsSuccess);
            var clear = await RawCall.SendAsync(server.Grpc, "ContextMesh/Clear", [], ("user-id", id));
            Assert.StartsWith("USER_ID_", clear.Reason, StringComparison.Ordinal);
        }

        Assert.Equal("\"secret\"", await user.ValueAsync("k"));
    }

    [Fact]
    public async Task Defect2_AgentThatSubscribesLater_SeesTheTopicsItems()
    {
        var user = server.NewUser();
        await user.PushAsync("k", "\"early\"", topics: ["t"]);
        Assert.Null(await user.FindAsync("k", agent: "late"));

        await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = "late", Topics = { "t" } });

        Assert.Equal("\"early\"", await user.ValueAsync("k", agent: "late"));
    }

    [Fact]
    public async Task Defect3_TopicsOfAnItem_SurviveARestart()
    {
        await using var own = await TestServer.StartAsync();
        await own.As("alice").PushAsync("k", topics: ["t"]);
        await own.As("alice").PushAsync("both", topics: ["t", "u"]);
        await own.RestartAsync();

        Assert.Equal(1, (await own.As("alice").Mesh.DeleteTopicAsync(new() { Topic = "t" })).RemovedItems);
        Assert.Equal(["both"], await own.As("alice").KeysAsync());
        Assert.Equal(["u"], (await own.As("alice").FindAsync("both"))!.Topics);
    }

    [Fact]
    public async Task Defect4_ReplacedTopics_AreNoLongerHeard()
    {
        var user = server.NewUser();
        await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = "a", Topics = { "old" } });
        await user.PushAsync("k", topics: ["old"]);

        await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = "a", Topics = { "new" } });

        Assert.Null(await user.FindAsync("k", agent: "a"));
        Assert.DoesNotContain((await user.Mesh.ListTopicsAsync(new())).Topics, topic => topic.Name == "old" && topic.Subscribers.Count > 0);
        Assert.Equal(["new"], (await user.Mesh.GetAgentTopicsAsync(new() { Agent = "a" })).Topics);
    }

    [Fact]
    public async Task Defect5_PostPermissions_AreEnforcedOnEveryPath()
    {
        var user = server.NewUser();
        await user.PushAsync("open");
        await user.Mesh.SetPostPermissionsAsync(new() { Agent = "mute", Permissions = new() });
        await user.Mesh.SetPostPermissionsAsync(new() { Agent = "some", Permissions = new() { Topics = { "t" } } });

        await Refusal.OfAsync(ErrorReason.RoutingNotAllowed, user.Mesh.PushAsync(TestUser.Push("k", agent: "mute")));
        await Refusal.OfAsync(ErrorReason.RoutingNotAllowed, user.Mesh.PushAsync(TestUser.Push("k", topics: ["t"], agent: "mute")));
        await Refusal.OfAsync(
            ErrorReason.RoutingNotAllowed,
            user.Tools.PushContextAsync(new() { AsAgent = "mute", Item = new() { Key = "k", ValueJson = "1" } }));
        await Refusal.OfAsync(
            ErrorReason.RoutingNotAllowed,
            user.Mesh.PushManyAsync(
                new() { AsAgent = "mute", Items = { new ItemWrite { Key = "k", ValueJson = "1", Subscribers = { "mute" } } } }));
        await Refusal.OfAsync(ErrorReason.RoutingNotAllowed, user.Tools.RemoveContextAsync(new() { AsAgent = "mute", Key = "open" }));
        await Refusal.OfAsync(ErrorReason.RoutingNotAllowed, user.Mesh.RemoveAsync(new() { AsAgent = "some", Key = "open" }));
        await Refusal.OfAsync(ErrorReason.RoutingNotAllowed, user.Mesh.PushAsync(TestUser.Push("k", topics: ["t", "u"], agent: "some")));
        await user.PushAsync("k", topics: ["t"], agent: "some");
        await user.PushAsync("free", agent: "unrestricted");
        Assert.Equal(["free", "k", "open"], await user.KeysAsync());
    }

    [Fact]
    public async Task Defect6_HiddenKey_IsNeitherOverwrittenNorRemoved()
    {
        var user = server.NewUser();
        await user.PushAsync("k", "\"secret\"", subscribers: ["insider"]);

        await Refusal.OfAsync(
            ErrorReason.KeyNotWritable,
            user.Tools.PushContextAsync(new() { AsAgent = "outsider", Item = new() { Key = "k", ValueJson = "1" } }));
        Assert.False((await user.Tools.RemoveContextAsync(new() { AsAgent = "outsider", Key = "k" })).Removed);

        Assert.Equal("\"secret\"", await user.ValueAsync("k", agent: "insider"));
    }

    [Fact]
    public async Task Defect7_ConcurrentWriters_LoseNothingAndEveryoneSeesIt()
    {
        var user = server.NewUser();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(n => user.PushAsync($"k{n}")));

        Assert.Equal(200, (await user.Mesh.GetStatsAsync(new())).Stats.ActiveItems);
    }

    [Fact]
    public async Task Defect8_CleanupOfOneUser_LeavesTheOthersRows()
    {
        var (alice, bob) = (server.NewUser("alice"), server.NewUser("bob"));
        foreach (var user in (TestUser[])[alice, bob])
        {
            await user.PushAsync("expired", ttl: TimeSpan.Zero);
            await user.PushAsync("kept", ttl: TimeSpan.FromHours(1));
        }

        Assert.Equal(1, (await alice.Mesh.CleanupExpiredAsync(new())).PurgedItems);

        Assert.Equal(0, (await alice.Mesh.GetStatsAsync(new())).Stats.ExpiredItems);
        Assert.Equal(1, (await bob.Mesh.GetStatsAsync(new())).Stats.ExpiredItems);
        Assert.Equal(["kept"], await bob.KeysAsync());
    }
}
