using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Streams;

/// <summary>The messages of a stream, one by one. The validators judge each of them as well.</summary>
public sealed class SubscribeTests(SharedServer server)
{
    private readonly Recorder recorder = new();

    [Fact]
    public async Task Subscribe_ByAUserWithoutAStore_IsLiveFromTheStart()
    {
        var alice = server.NewUser();
        await using var owner = new TestSubscriber(recorder, new() { Heartbeat = TimeSpan.FromSeconds(15) });
        await owner.OpenAsync(alice);
        var revision = await recorder.PushAsync(alice, "k", "\"v\"");
        Assert.True(await owner.ReadToAsync(revision));

        Assert.Equal(
            (0, 1, TimeSpan.FromSeconds(15)),
            (owner.Established!.Position.Revision, owner.Established.OldestRevision, owner.Established.Heartbeat.ToTimeSpan()));
        var change = Assert.Single(owner.Changes);
        Assert.Equal(
            (ChangeKind.Created, 1, 0, "k", "\"v\""), (change.Kind, change.Revision, change.Index, change.Key, change.Item.ValueJson));
        Verify(alice);
    }

    [Fact]
    public async Task Subscribe_ByAnAgent_TellsWhatEntersAndLeavesItsView()
    {
        var alice = server.NewUser();
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "one", Topics = { "t" } });
        await using var one = new TestSubscriber(recorder, new() { Agent = "one" });
        await one.OpenAsync(alice);
        await alice.PushAsync("secret", "\"hidden\"", topics: ["u"]);
        await alice.PushAsync("k", "1", topics: ["t"]);
        await alice.PushAsync("k", "2", topics: ["t", "u"]);
        await alice.PushAsync("k", "\"hidden\"", topics: ["u"]);
        await alice.PushAsync("k", "\"hidden\"", subscribers: ["two"]);
        await alice.PushAsync("k", "5");
        var last = (await alice.Mesh.RemoveAsync(new() { Key = "k" })).Position.Revision;
        Assert.True(await one.ReadToAsync(last));

        Assert.Equal(
            [ChangeKind.Created, ChangeKind.Updated, ChangeKind.LeftView, ChangeKind.EnteredView, ChangeKind.Removed],
            one.Changes.Select(change => change.Kind));
        Assert.DoesNotContain("hidden", string.Concat(one.Streams[0].Received), StringComparison.Ordinal);
        Verify(alice);
    }

    [Fact]
    public async Task Subscribe_WithASnapshot_HoldsTheViewAndGoesOn()
    {
        var alice = server.NewUser();
        for (var n = 0; n < 50; n++)
        {
            await alice.PushAsync($"k{n}", $"{n}", topics: [n % 2 == 0 ? "t" : "u"]);
        }

        await alice.PushAsync("k0", "\"again\"", topics: ["t"]);
        await using var owner = new TestSubscriber(recorder, new() { Topics = ["t"] });
        await owner.OpenWithSnapshotAsync(alice);
        var last = await recorder.PushAsync(alice, "late", "1", topics: ["t"]);
        Assert.True(await owner.ReadToAsync(last));

        Assert.Equal(26, owner.Fold().Count);
        Assert.Equal("\"again\"", owner.Fold()["k0"]);
        Verify(alice);
    }

    [Fact]
    public async Task Subscribe_WithASnapshotWhileOthersPush_MissesNothing()
    {
        var alice = server.NewUser();
        for (var n = 0; n < 6; n++)
        {
            await alice.PushAsync($"large{n}", $"\"{new string('x', 1_000_000)}\"");
        }

        using var done = new CancellationTokenSource();
        var pushing = Task.Run(async () =>
        {
            for (var n = 0; !done.IsCancellationRequested; n++)
            {
                await recorder.PushAsync(alice, $"k{n % 7}", $"{n}");
            }
        });
        for (var round = 0; round < 5; round++)
        {
            await using var owner = new TestSubscriber(recorder, new());
            await owner.OpenWithSnapshotAsync(alice);
            Assert.True(await owner.ReadToAsync((await alice.PositionAsync()).Revision));
        }
        await done.CancelAsync();
        await pushing;

        Verify(alice);
    }

    [Fact]
    public async Task Subscribe_SnapshotBeyondOneMessage_ComesInPiecesBelowTheLimit()
    {
        var alice = server.NewUser();
        for (var n = 0; n < 9; n++)
        {
            await alice.PushAsync($"k{n}", $"\"{new string('x', 1_000_000)}\"");
        }

        await using var owner = new TestSubscriber(recorder, new());
        await owner.OpenWithSnapshotAsync(alice);
        Assert.True(await owner.ReadToAsync(9));

        var chunks = owner.Streams[0].Received.Select(received => received.Message)
            .Where(message => message.SnapshotChunk is not null)
            .ToList();
        Assert.True(chunks.Count > 1);
        Assert.All(chunks, chunk => Assert.InRange(chunk.CalculateSize(), 1, 3 * 1024 * 1024));
        Verify(alice);
    }

    [Fact]
    public async Task Subscribe_ACommandBeyondOneMessage_ComesInPiecesThatSaySo()
    {
        var alice = server.NewUser();
        await using var owner = new TestSubscriber(recorder, new());
        await owner.OpenAsync(alice);
        // Subjects and routing come on top of three values of nearly a mebibyte each, so one message cannot hold them all.
        var request = new PushManyRequest();
        for (var n = 0; n < 3; n++)
        {
            request.Items.Add(new ItemWrite { Key = $"{n}{new string('k', 4_000)}", ValueJson = $"\"{new string('x', 1_020_000)}\"" });
        }

        for (var n = 0; n < 20; n++)
        {
            request.Items.Add(new ItemWrite { Key = $"small{n}{new string('k', 3_000)}", ValueJson = "1" });
        }

        await alice.Mesh.PushManyAsync(request);
        var last = await alice.PushAsync("next");
        Assert.True(await owner.ReadToAsync(last));

        var pieces = owner.Streams[0].Received.Select(received => received.Message.Changes).OfType<Changes>().ToList();
        Assert.True(pieces[0].RevisionContinues);
        Assert.All(pieces, piece => Assert.InRange(piece.CalculateSize(), 1, 3 * 1024 * 1024));
        Assert.Equal(24, owner.Changes.Count());
        Verify(alice);
    }

    [Theory]
    [InlineData("", "*1*", new ChangeKind[0])]
    [InlineData("a/", null, new[] { ChangeKind.Created })]
    [InlineData("", null, new[] { ChangeKind.Updated, ChangeKind.Removed })]
    [InlineData("b", "b?2", new[] { ChangeKind.LeftView, ChangeKind.Removed })]
    public async Task Subscribe_WithAFilter_DeliversThatAndMovesOverTheRest(string prefix, string? glob, ChangeKind[] kinds)
    {
        var alice = server.NewUser();
        await using var owner = new TestSubscriber(recorder, new() { Prefix = prefix, Glob = glob, Kinds = kinds, Topics = ["t"] });
        await owner.OpenAsync(alice);
        foreach (var key in new[] { "a/1", "a/2", "b/1", "b/2" })
        {
            await alice.PushAsync(key, topics: ["t"]);
            await alice.PushAsync(key, topics: ["t"]);
            await alice.PushAsync(key, topics: ["u"]);
            await alice.PushAsync(key, topics: ["t"]);
            await alice.Mesh.RemoveAsync(new() { Key = key });
        }
        Assert.True(await owner.ReadToAsync(await alice.PushAsync($"{prefix}b/12", topics: ["t"])));

        Assert.NotEmpty(owner.Changes);
        Verify(alice);
    }

    [Fact]
    public async Task Subscribe_KeysOnly_CarriesNoValue()
    {
        var alice = server.NewUser();
        await alice.PushAsync("old", "\"canary\"");
        await using var owner = new TestSubscriber(recorder, new() { IsKeysOnly = true });
        await owner.OpenWithSnapshotAsync(alice);
        Assert.True(await owner.ReadToAsync(await alice.PushAsync("new", "\"canary\"")));

        Assert.Equal(["new", "old"], owner.Fold().Keys);
        Assert.DoesNotContain("canary", string.Concat(owner.Streams[0].Received), StringComparison.Ordinal);
        Verify(alice);
    }

    [Fact]
    public async Task Subscribe_WithAgents_TellsTheOwnerWhatIsStoredAboutThem()
    {
        var alice = server.NewUser();
        await using var owner = new TestSubscriber(recorder, new() { IncludesAgents = true });
        await owner.OpenAsync(alice);
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "one", Topics = { "t", "u" } });
        var last = (await alice.Mesh.SetPostPermissionsAsync(new()
        {
            Agent = "one",
            Permissions = new() { Topics = { "t" }, MayPostDirect = true },
        })).Position.Revision;
        Assert.True(await owner.ReadToAsync(last));

        Assert.Equal([ChangeKind.AgentChanged, ChangeKind.AgentChanged], owner.Changes.Select(change => change.Kind));
        Assert.All(owner.Changes, change => Assert.Equal(("one", ["t", "u"]), (change.Key, change.Agent.Topics)));
        Assert.Null(owner.Changes.First().Agent.Permissions);
        Assert.True(owner.Changes.Last().Agent.Permissions is { MayPostDirect: true, MayPostGlobal: false, Topics: ["t"] });
        Verify(alice);
    }

    [Fact]
    public async Task Subscribe_ItemExpires_TellsItAndOmitsTheValueFromAReplay()
    {
        var alice = server.NewUser();
        await using var owner = new TestSubscriber(recorder, new());
        await owner.OpenAsync(alice);
        await alice.PushAsync("k", "\"canary\"", ttl: TimeSpan.FromMilliseconds(50));
        Assert.True(await owner.ReadToAsync(2));
        await using var late = new TestSubscriber(recorder, new());
        await late.OpenAsync(alice, new() { After = new() { Epoch = owner.Through!.Epoch } });
        Assert.True(await late.ReadToAsync(2));

        Assert.Equal([ChangeKind.Created, ChangeKind.Expired], owner.Changes.Select(change => change.Kind));
        Assert.Equal([ChangeKind.Created, ChangeKind.Expired], late.Changes.Select(change => change.Kind));
        // On a busy machine the first one may be late too. Then its value is also past its time.
        Assert.True(owner.Changes.First().Item.ValueJson is "\"canary\"" or "");
        Assert.DoesNotContain("canary", string.Concat(late.Streams[0].Received), StringComparison.Ordinal);
        Verify(alice);
    }

    [Fact]
    public async Task Subscribe_NothingHappens_TellsProgressAtEachHeartbeat()
    {
        var alice = server.NewUser();
        await using var one = new TestSubscriber(recorder, new() { Agent = "one", Heartbeat = TimeSpan.FromSeconds(1) });
        await one.OpenAsync(alice);
        var hidden = await alice.PushAsync("hidden", topics: ["t"]);
        // The first heartbeat may have come before the push.
        for (var heartbeat = 0; heartbeat < 3; heartbeat++)
        {
            await one.ReadAsync();
        }

        Assert.Equal(hidden, one.Through!.Revision);
        Assert.All(one.Streams[0].Received.Skip(1), received => Assert.NotNull(received.Message.Progress));
        Verify(alice);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.2, 1)]
    [InlineData(7.5, 7.5)]
    [InlineData(3600, 60)]
    [InlineData(-5, 1)]
    public async Task Subscribe_AHeartbeatOutOfRange_IsBroughtInside(double asked, double told)
    {
        await using var owner = new TestSubscriber(recorder, new() { Heartbeat = TimeSpan.FromSeconds(asked) });
        await owner.OpenAsync(server.NewUser());

        Assert.Equal(TimeSpan.FromSeconds(told), owner.Established!.Heartbeat.ToTimeSpan());
    }

    private void Verify(TestUser user) => recorder.Verify(server.ReadLog(user.Id));
}
