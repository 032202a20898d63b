using Syntha.Client.Testing;
using Syntha.Client.Tests.Fakes;

#pragma warning disable xUnit1051 // EventReader enumerates with the test's token.

namespace Syntha.Client.Tests.RealServer;

public sealed class SubscriptionTests(SharedServer shared)
{
    private readonly ContextMesh mesh = shared.Server.NewUser();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Subscribe_AsTheOwner_DeliversEveryCommandWithAllItsChanges()
    {
        await mesh.PushAsync("before", 1, cancellationToken: Token);
        await using var events = new EventReader(mesh.SubscribeAsync(new() { IncludeAgents = true }));
        Assert.Equal(1, (await events.NextAsync<ContextEvent.Established>()).Position.Revision);

        await mesh.PushManyAsync([PushEntry.From("a", 1), PushEntry.From("b", 2)], cancellationToken: Token);
        await mesh.PushAsync("a", 3, cancellationToken: Token);
        await mesh.RemoveAsync("before", cancellationToken: Token);
        await mesh.RegisterAgentTopicsAsync("planner", ["t"], Token);

        Assert.Equal("2: Created a 1, Created b 2", await CommittedAsync(events));
        Assert.Equal("3: Updated a 3", await CommittedAsync(events));
        Assert.Equal("4: Removed before", await CommittedAsync(events));
        Assert.Equal("5: AgentChanged planner", await CommittedAsync(events));
    }

    [Fact]
    public async Task SubscribeToTopics_AddsTheTopics_AndDeliversWhatTheAgentMaySee()
    {
        await mesh.RegisterAgentTopicsAsync("a", ["own"], Token);
        var agent = mesh.ForAgent("a");
        await using var events = new EventReader(agent.SubscribeToTopicsAsync(["t"]));
        await events.NextAsync<ContextEvent.Established>();

        await mesh.PushAsync("global", 1, cancellationToken: Token);
        await mesh.PushAsync("other", 1, new() { Topics = ["own"] }, Token);
        await mesh.PushAsync("k", 1, new() { Topics = ["t"] }, Token);
        await mesh.PushAsync("k", 2, new() { Topics = ["elsewhere"] }, Token);
        await mesh.PushAsync("k", 3, new() { Topics = ["t", "elsewhere"] }, Token);

        Assert.Equal("5: Created k 1", await CommittedAsync(events));
        Assert.Equal("6: LeftView k", await CommittedAsync(events));
        Assert.Equal("7: EnteredView k 3", await CommittedAsync(events));
        Assert.Equal(["own", "t"], await mesh.GetTopicsForAgentAsync("a", Token));
    }

    [Fact]
    public async Task Subscribe_AfterAPosition_DeliversWhatCameAfterIt_AndNothingElse()
    {
        await mesh.PushAsync("a", 1, cancellationToken: Token);
        var receipt = await mesh.PushAsync("b", 1, cancellationToken: Token);
        await mesh.PushAsync("c", 1, cancellationToken: Token);
        await using var events = new EventReader(mesh.SubscribeAsync(new() { Start = SubscriptionStart.After(receipt.Position) }));

        Assert.Equal(receipt.Position, (await events.NextAsync<ContextEvent.Established>()).Position);
        Assert.Equal("3: Created c 1", await CommittedAsync(events));
    }

    [Fact]
    public async Task Subscribe_WithASnapshot_DeliversWhatIsThere_AndThenTheChanges()
    {
        await mesh.PushAsync("b", 1, cancellationToken: Token);
        await mesh.PushAsync("a", 1, cancellationToken: Token);
        await using var events = new EventReader(mesh.SubscribeAsync(new() { Start = SubscriptionStart.Snapshot }));

        Assert.True((await events.NextAsync<ContextEvent.Established>()).IsSnapshotAhead);
        await events.NextAsync<ContextEvent.SnapshotStarted>();
        Assert.Equal(["a", "b"], (await events.NextAsync<ContextEvent.SnapshotItems>()).Items.Select(item => item.Key));
        Assert.Equal(2, (await events.NextAsync<ContextEvent.SnapshotCompleted>()).Position.Revision);
        await mesh.PushAsync("c", 1, cancellationToken: Token);
        Assert.Equal("3: Created c 1", await CommittedAsync(events));
    }

    [Theory]
    [InlineData(true, 1, ResetReason.EpochChanged)]
    [InlineData(false, 99, ResetReason.RevisionInFuture)]
    public async Task SubscribeToTopics_AfterAPositionThatMeansNothing_ResetsAndRegistersNothing(
        bool isOtherLife, long revision, ResetReason reason)
    {
        var receipt = await mesh.PushAsync("k", 1, new() { Subscribers = ["a"], Topics = ["t"] }, Token);
        var position = new Position(isOtherLife ? "other" : receipt.Position.Epoch, revision);
        await using var events = new EventReader(
            mesh.ForAgent("a").SubscribeToTopicsAsync(["t"], new() { Start = SubscriptionStart.After(position) }));

        Assert.Equal(reason, (await events.NextAsync<ContextEvent.Reset>()).Reason);
        Assert.Equal("k", (await events.NextOfAsync<ContextEvent.SnapshotItems>()).Items.Single().Key);
        Assert.Equal(receipt.Position, (await events.NextAsync<ContextEvent.SnapshotCompleted>()).Through);
        Assert.Empty(await mesh.GetTopicsForAgentAsync("a", Token));
    }

    [Fact]
    public async Task SubscribeToTopics_ConnectingAgain_DoesNotUndoAnUnsubscription()
    {
        await using var relay = new Relay(shared.Server.Address);
        await using var client = ClientOf(relay);
        var agent = client.ForUser(mesh.UserId).ForAgent("a");
        await using var events = new EventReader(agent.SubscribeToTopicsAsync(["t"]));
        await events.NextAsync<ContextEvent.Established>();

        await mesh.UnsubscribeFromTopicsAsync("a", ["t"], Token);
        Assert.Equal(ResetReason.AudienceChanged, (await events.NextAsync<ContextEvent.Reset>()).Reason);
        // Once in the middle of the snapshot, when there is no position to resume after, and once when there is one.
        relay.Cut();
        await events.NextOfAsync<ContextEvent.SnapshotCompleted>();
        relay.Cut();
        await events.NextOfAsync<ContextEvent.Interrupted>();
        await events.NextOfAsync<ContextEvent.Established>();

        Assert.Empty(await mesh.GetTopicsForAgentAsync("a", Token));
    }

    [Fact]
    public async Task Connection_CutAgainAndAgain_NothingComesTwiceAndNothingIsMissing()
    {
        const int Commands = 400;
        var random = new Random(20_261_124);
        await using var relay = new Relay(shared.Server.Address, () => random.Next(150, 12_000));
        // A reader that falls behind gets many commands in one message, which a short connection may not carry. So the writer is at most
        // 10 commands ahead.
        using var ahead = new SemaphoreSlim(10);
        await using var client = ClientOf(relay);
        await using var events = new EventReader(client.ForUser(mesh.UserId).SubscribeAsync(new()
        {
            Start = SubscriptionStart.After(
            (await mesh.PushAsync("first", 0, cancellationToken: Token)).Position)
        }));
        var pushing = PushAsync();

        var seen = new List<long>();
        while (seen.Count < Commands)
        {
            var committed = await events.NextOfAsync<ContextEvent.Committed>();
            Assert.Equal(3, committed.Changes.Length);
            seen.Add(committed.Revision);
            ahead.Release();
        }

        await pushing;
        Assert.Equal(Enumerable.Range(2, Commands).Select(revision => (long)revision), seen);
        Assert.True(relay.Connections > 10, $"There were only {relay.Connections} connections.");

        async Task PushAsync()
        {
            for (var i = 0; i < Commands; i++)
            {
                await ahead.WaitAsync(Token);
                await mesh.PushManyAsync(
                    Enumerable.Range(0, 3).Select(n => PushEntry.From($"k{n}", new string('x', i % 100))), cancellationToken: Token);
            }
        }
    }

    [Fact]
    public async Task Snapshot_CutAgainAndAgain_IsCompleteInTheEnd()
    {
        await mesh.PushManyAsync(
            Enumerable.Range(0, 200).Select(i => PushEntry.From($"k{i:000}", new string('x', 1_000))), cancellationToken: Token);
        var cuts = 0;
        await using var relay = new Relay(shared.Server.Address, () => cuts++ < 8 ? 20_000 * cuts : int.MaxValue);
        await using var client = ClientOf(relay);

        await using var view = await client.ForUser(mesh.UserId).OpenViewAsync(cancellationToken: Token);

        Assert.Equal(200, view.Count);
        Assert.InRange(relay.Connections, 9, int.MaxValue);
    }

    [Fact]
    public async Task Server_ThatIsRestarted_IsFoundAgain_AndNothingIsMissing()
    {
        await using var server = await SynthaTestServer.StartAsync(cancellationToken: Token);
        var user = server.NewUser();
        await using var events = new EventReader(user.SubscribeAsync());
        await events.NextAsync<ContextEvent.Established>();
        await user.PushAsync("a", 1, cancellationToken: Token);
        await events.NextAsync<ContextEvent.Committed>();
        var pending = events.NextAsync<ContextEvent.Interrupted>();

        await server.RestartAsync(Token);
        await user.PushAsync("b", 2, cancellationToken: Token);

        Assert.Equal(InterruptionReason.ShuttingDown, (await pending).Reason);
        Assert.Equal(1, (await events.NextOfAsync<ContextEvent.Established>()).Position.Revision);
        Assert.Equal("2: Created b 2", await CommittedAsync(events));
    }

    [Fact]
    public async Task Subscribe_BeyondTheLimit_Throws()
    {
        await using var server = await SynthaTestServer.StartAsync(new Dictionary<string, string> { ["Streams:MaxPerUser"] = "1" }, Token);
        var user = server.NewUser();
        await using var events = new EventReader(user.SubscribeAsync());
        await events.NextAsync<ContextEvent.Established>();

        await using var second = new EventReader(user.SubscribeAsync());

        Assert.Equal(ErrorReason.QuotaStreams, (await Assert.ThrowsAsync<SynthaQuotaException>(second.NextAsync)).Reason);
    }

    [Fact]
    public async Task Subscribe_WithAFaultyFilter_Throws()
    {
        await using var events = new EventReader(mesh.SubscribeAsync(new() { KeyGlob = "[" }));

        Assert.Equal(ErrorReason.FilterInvalid, (await Assert.ThrowsAsync<SynthaInvalidArgumentException>(events.NextAsync)).Reason);
    }

    [Fact]
    public async Task Command_LargerThanAMessage_ComesAsOne()
    {
        var value = new string('x', 1_000_000);
        foreach (var key in (string[])["a", "b", "c", "d"])
        {
            await mesh.PushAsync(key, value, new() { Topics = ["going", "staying"] }, Token);
        }

        await using var events = new EventReader(mesh.SubscribeAsync());
        await events.NextAsync<ContextEvent.Established>();

        await mesh.DeleteTopicAsync("going", cancellationToken: Token);

        var committed = await events.NextAsync<ContextEvent.Committed>();
        Assert.Equal(["a", "b", "c", "d"], committed.Changes.Select(change => change.Key));
        Assert.All(committed.Changes, change => Assert.Equal(
            (1_000_002, "staying"), (change.Item!.ValueJson.Length, change.Item.Topics.Single())));
    }

    [Fact]
    public async Task View_HoldsOnesOwnPush_AsSoonAsItHasCaughtUpWithTheReceipt()
    {
        await mesh.PushAsync("a", 1, new() { Topics = ["t"] }, Token);
        var agent = mesh.ForAgent("a");
        await using var view = await agent.OpenViewAsync(["t"], cancellationToken: Token);
        Assert.Equal(["a"], view.Keys);

        for (var i = 0; i < 20; i++)
        {
            var receipt = await agent.PushContextAsync("mine", i, topic: "t", cancellationToken: Token);
            Assert.Equal(i, (await view.WaitForAsync(receipt.Position, Token))["mine"].Value.GetInt32());
        }
    }

    [Fact]
    public async Task View_WhileOthersWrite_ShowsWholeCommandsOnly()
    {
        const int Commands = 200;
        await PushBothAsync(0);
        await using var view = await mesh.OpenViewAsync(cancellationToken: Token);
        var torn = 0;
        view.Changed += (_, change) => torn += change.Snapshot["a"].ValueJson == change.Snapshot["b"].ValueJson ? 0 : 1;
        var writing = Task.Run(async () =>
        {
            var last = default(PushReceipt);
            for (var i = 1; i <= Commands; i++)
            {
                last = await PushBothAsync(i);
            }

            return last;
        });

        while (!writing.IsCompleted)
        {
            var now = view.Current;
            Assert.Equal(now["a"].ValueJson, now["b"].ValueJson);
            Assert.Equal(now["a"].Revision, now.Position.Revision);
        }

        var caughtUp = await view.WaitForAsync((await writing).Position, Token);
        Assert.Equal(Commands, caughtUp["a"].Value.GetInt32());
        Assert.Equal(0, torn);

        Task<PushReceipt> PushBothAsync(int value) =>
            mesh.PushManyAsync([PushEntry.From("a", value), PushEntry.From("b", value)], cancellationToken: Token);
    }

    [Fact]
    public async Task Callback_StartedWithASnapshot_IsToldWhatIsThereAndWhatComes()
    {
        await mesh.PushAsync("a", 1, new() { Topics = ["t"] }, Token);
        var told = System.Threading.Channels.Channel.CreateUnbounded<string>();
        var subscription = await mesh.ForAgent("agent").SubscribeToTopicAsync(
            "t",
            (topic, key, data) => told.Writer.TryWrite($"{topic} {key} {data?.GetRawText() ?? "gone"}"),
            new() { Start = SubscriptionStart.Snapshot },
            Token);

        Assert.Equal("t a 1", await told.Reader.ReadAsync(Token));
        await mesh.PushAsync("b", 2, new() { Topics = ["t"] }, Token);
        await mesh.RemoveAsync("a", cancellationToken: Token);
        Assert.Equal("t b 2", await told.Reader.ReadAsync(Token));
        Assert.Equal("t a gone", await told.Reader.ReadAsync(Token));

        await subscription.DisposeAsync();
        Assert.True(subscription.Completion.IsCompletedSuccessfully);
    }

    private static SynthaClient ClientOf(Relay relay) => new(new SynthaClientOptions
    {
        Address = relay.Address,
        RetryDelay = TimeSpan.FromMilliseconds(1),
        MaxRetryDelay = TimeSpan.FromMilliseconds(5),
    });

    private static async Task<string> CommittedAsync(EventReader events)
    {
        var committed = await events.NextAsync<ContextEvent.Committed>();
        Assert.Equal(committed.Revision, committed.Through!.Value.Revision);
        var changes = committed.Changes.Select(change => $"{change.Kind} {change.Key} {change.Item?.ValueJson}".TrimEnd());
        return $"{committed.Revision}: {string.Join(", ", changes)}";
    }
}
