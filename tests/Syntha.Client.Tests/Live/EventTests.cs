using Syntha.Client.Tests.Fakes;

#pragma warning disable xUnit1051 // EventReader enumerates with the test's token.

namespace Syntha.Client.Tests.Live;

/// <summary>The server's messages become events.</summary>
public sealed class EventTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Established_Now_TellsPositionAndHeartbeat_AndIsAPlaceToResumeAt()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Client();
        await using var events = new EventReader(client.ForUser("alice").SubscribeAsync());
        var established = events.NextAsync<ContextEvent.Established>();
        var stream = await server.NextStreamAsync();

        await stream.SendAsync(Wire.Established(7, heartbeatSeconds: 3));

        Assert.Equal(V1.StreamStart.PlaceOneofCase.Now, stream.Start.PlaceCase);
        Assert.Equal("alice", stream.Call.UserId);
        Assert.Equal(
            new ContextEvent.Established(new("e", 7), 1, TimeSpan.FromSeconds(3), IsSnapshotAhead: false, IsReconnected: false),
            await established);
        Assert.Equal(new Position("e", 7), events.Current.Through);
    }

    [Fact]
    public async Task Changes_OfSeveralRevisions_ComeOneRevisionAtATime_EachWithItsPosition()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Client();
        await using var events = new EventReader(client.ForUser("alice").SubscribeAsync());
        var established = events.NextAsync<ContextEvent.Established>();
        var stream = await server.NextStreamAsync();
        await stream.SendAsync(
            Wire.Established(1),
            Wire.Changes(
                9,
                Wire.Created(2, "a"),
                Wire.Updated(2, "b", index: 3),
                Wire.Removed(5, "a"),
                Wire.Change(V1.ChangeKind.LeftView, 7, "c")));
        await established;

        var first = await events.NextAsync<ContextEvent.Committed>();
        var second = await events.NextAsync<ContextEvent.Committed>();
        var third = await events.NextAsync<ContextEvent.Committed>();

        Assert.Equal([("a", ChangeKind.Created, 0), ("b", ChangeKind.Updated, 3)], first.Changes.Select(c => (c.Key, c.Kind, c.Index)));
        Assert.All(first.Changes, change => Assert.Equal((2, "1"), (change.Revision, change.Item!.ValueJson)));
        Assert.Equal((2, new Position("e", 2)), (first.Revision, first.Through));
        Assert.Equal((5, new Position("e", 5)), (second.Revision, second.Through));
        Assert.True(second.Changes.Single() is { IsGone: true, Item: null });
        // The last one carries how far the stream has got, counting changes that are not part of the view.
        Assert.Equal((7, new Position("e", 9)), (third.Revision, third.Through));
        Assert.True(third.Changes.Single() is { Kind: ChangeKind.LeftView, IsGone: true });
    }

    [Fact]
    public async Task Changes_OneRevisionInPieces_AreJoined()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Client();
        await using var events = new EventReader(client.ForUser("alice").SubscribeAsync());
        var established = events.NextAsync<ContextEvent.Established>();
        var stream = await server.NextStreamAsync();
        await stream.SendAsync(
            Wire.Established(1),
            Wire.Continuing(Wire.Created(2, "a"), Wire.Created(3, "b", index: 0)),
            Wire.Continuing(Wire.Created(3, "c", index: 1)),
            Wire.Changes(4, Wire.Created(3, "d", index: 2), Wire.Created(4, "e")));
        await established;

        var two = await events.NextAsync<ContextEvent.Committed>();
        var three = await events.NextAsync<ContextEvent.Committed>();
        var four = await events.NextAsync<ContextEvent.Committed>();

        Assert.Equal((2, new Position("e", 2)), (two.Revision, two.Through));
        Assert.Equal(["b", "c", "d"], three.Changes.Select(change => change.Key));
        Assert.Equal((3, new Position("e", 3)), (three.Revision, three.Through));
        Assert.Equal(["e"], four.Changes.Select(change => change.Key));
    }

    [Fact]
    public async Task Snapshot_IsFramed_AndOnlyItsEndIsAPlaceToResumeAt()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Client();
        await using var events = new EventReader(
            client.ForUser("alice").SubscribeAsync(new() { Start = SubscriptionStart.Snapshot }));
        var first = events.NextAsync<ContextEvent.Established>();
        var stream = await server.NextStreamAsync();
        await stream.SendAsync(
            Wire.Established(4), Wire.Chunk(Wire.Item("a"), Wire.Item("b")), Wire.Chunk(Wire.Item("c")), Wire.SnapshotEnd(4));

        Assert.True((await first).IsSnapshotAhead);
        Assert.Null(events.Current.Through);
        Assert.Equal(new Position("e", 4), (await events.NextAsync<ContextEvent.SnapshotStarted>()).Position);
        Assert.Null(events.Current.Through);
        Assert.Equal(["a", "b"], (await events.NextAsync<ContextEvent.SnapshotItems>()).Items.Select(item => item.Key));
        Assert.Equal(["c"], (await events.NextAsync<ContextEvent.SnapshotItems>()).Items.Select(item => item.Key));
        Assert.Null(events.Current.Through);
        await events.NextAsync<ContextEvent.SnapshotCompleted>();
        Assert.Equal(new Position("e", 4), events.Current.Through);
        Assert.Equal(V1.StreamStart.PlaceOneofCase.Snapshot, stream.Start.PlaceCase);
    }

    [Fact]
    public async Task Reset_OfTheServer_IsFollowedByASnapshot()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Client();
        await using var events = new EventReader(client.ForUser("alice").SubscribeAsync());
        var established = events.NextAsync<ContextEvent.Established>();
        var stream = await server.NextStreamAsync();
        await stream.SendAsync(Wire.Established(4), Wire.Reset(6), Wire.Chunk(Wire.Item("a")), Wire.SnapshotEnd(6));
        await established;

        Assert.Equal(ResetReason.AudienceChanged, (await events.NextAsync<ContextEvent.Reset>()).Reason);
        Assert.Equal(new Position("e", 6), (await events.NextAsync<ContextEvent.SnapshotStarted>()).Position);
        await events.NextAsync<ContextEvent.SnapshotItems>();
        await events.NextAsync<ContextEvent.SnapshotCompleted>();
    }

    [Fact]
    public async Task Messages_OfANewerServer_AreUnknown_AndSoAreItsKinds()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Client();
        await using var events = new EventReader(client.ForUser("alice").SubscribeAsync());
        var established = events.NextAsync<ContextEvent.Established>();
        var stream = await server.NextStreamAsync();
        await stream.SendAsync(
            Wire.Established(1),
            new V1.SubscribeResponse(),
            Wire.Changes(1),
            Wire.Changes(2, Wire.Change((V1.ChangeKind)99, 2, "k")));
        await established;

        await events.NextAsync<ContextEvent.Unknown>();
        Assert.Equal(new Position("e", 1), (await events.NextAsync<ContextEvent.Progress>()).Through);
        Assert.Equal(ChangeKind.Unknown, (await events.NextAsync<ContextEvent.Committed>()).Changes.Single().Kind);
    }

    [Fact]
    public async Task AgentChanged_CarriesWhatIsStoredAboutTheAgent()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Client();
        await using var events = new EventReader(client.ForUser("alice").SubscribeAsync(new() { IncludeAgents = true }));
        var established = events.NextAsync<ContextEvent.Established>();
        var stream = await server.NextStreamAsync();
        var change = Wire.Change(V1.ChangeKind.AgentChanged, 2, "planner");
        change.Agent = new() { Topics = { "t" }, Permissions = new() { MayPostGlobal = true } };
        await stream.SendAsync(Wire.Established(1), Wire.Changes(2, change));
        await established;

        var agent = (await events.NextAsync<ContextEvent.Committed>()).Changes.Single();

        Assert.Equal(["t"], agent.Agent!.Topics);
        Assert.True(agent is { Key: "planner", IsGone: false, Agent.Permissions: { MayPostGlobal: true, MayPostDirect: false } });
    }

    [Fact]
    public async Task Request_CarriesAllOptions()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Client();
        await using var events = new EventReader(client.ForUser("alice").SubscribeAsync(
            new()
            {
                Topics = ["t"],
                KeyPrefix = "p",
                KeyGlob = "p*",
                Kinds = [ChangeKind.Created, ChangeKind.LeftView],
                KeysOnly = true,
                IncludeAgents = true,
                Heartbeat = TimeSpan.FromSeconds(2),
                Start = SubscriptionStart.After(new("e", 3)),
            },
            "planner"));
        var first = events.NextAsync();
        var stream = await server.NextStreamAsync();
        await stream.SendAsync(Wire.Established(3));
        await first;

        Assert.Equal(
            new V1.SubscribeRequest
            {
                AsAgent = "planner",
                Filter = new() { Topics = { "t" }, KeyPrefix = "p", KeyGlob = "p*" },
                View = V1.ItemView.Keys,
                Kinds = { V1.ChangeKind.Created, V1.ChangeKind.LeftView },
                IncludeAgents = true,
                Start = new() { After = Wire.At(3) },
                Heartbeat = new() { Seconds = 2 },
            },
            stream.Call.Request);
    }

    [Fact]
    public async Task Options_ThatBreakARule_AreRefusedAtTheCall()
    {
        await using var client = new SynthaClient("http://127.0.0.1:1");
        var mesh = client.ForUser("alice");
        var agent = mesh.ForAgent("a");

        Assert.Throws<ArgumentException>(() => mesh.SubscribeAsync(new() { Heartbeat = TimeSpan.FromMilliseconds(999) }));
        Assert.Throws<ArgumentException>(() => mesh.SubscribeAsync(new() { Heartbeat = TimeSpan.FromSeconds(61) }));
        Assert.Throws<ArgumentException>(() => mesh.SubscribeAsync(new() { RetryDelay = TimeSpan.Zero }));
        Assert.Throws<ArgumentException>(
            () => mesh.SubscribeAsync(new() { RetryDelay = TimeSpan.FromSeconds(2), MaxRetryDelay = TimeSpan.FromSeconds(1) }));
        Assert.Throws<ArgumentException>(() => mesh.SubscribeAsync(new() { KeyPrefix = "\ud800" }));
        Assert.Throws<ArgumentException>(() => agent.SubscribeToTopicsAsync(["a"], new() { Topics = ["b"] }));
        Assert.Throws<ArgumentException>(() => agent.SubscribeToTopicsAsync(["a"], new() { IncludeAgents = true }));
        await Assert.ThrowsAsync<ArgumentException>(
            () => mesh.OpenViewAsync(new() { Kinds = [ChangeKind.Created] }, cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentException>(
            () => agent.OpenViewAsync([], new() { Start = SubscriptionStart.After(new("e", 1)) }, Token));
        await Assert.ThrowsAsync<ArgumentException>(
            () => agent.SubscribeToTopicAsync("t", (_, _, _) => { }, new() { KeysOnly = true }, Token));
    }
}
