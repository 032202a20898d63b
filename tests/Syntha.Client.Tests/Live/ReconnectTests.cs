using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

using Grpc.Core;

using Syntha.Client.Tests.Fakes;

#pragma warning disable xUnit1051 // EventReader enumerates with the test's token.

namespace Syntha.Client.Tests.Live;

/// <summary>What a subscription does when its stream ends: by failure, by silence, by the server, or by the program.</summary>
public sealed partial class ReconnectTests : IAsyncLifetime
{
    private ScriptedServer server = null!;
    private SynthaClient client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ToolHandler Agent => client.ForUser("alice").ForAgent("a");

    public async ValueTask InitializeAsync()
    {
        server = await ScriptedServer.StartAsync();
        client = server.Client();
    }

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData(StatusCode.Unavailable, "STORE_BUSY", InterruptionReason.Failed)]
    [InlineData(StatusCode.Unavailable, "NODE_DRAINING", InterruptionReason.Failed)]
    [InlineData(StatusCode.DeadlineExceeded, "", InterruptionReason.Failed)]
    [InlineData(StatusCode.Cancelled, "", InterruptionReason.Failed)]
    [InlineData(StatusCode.Internal, "", InterruptionReason.Failed)]
    [InlineData(StatusCode.Unknown, "", InterruptionReason.Failed)]
    [InlineData(StatusCode.Aborted, "", InterruptionReason.Failed)]
    [InlineData(StatusCode.Unauthenticated, "", InterruptionReason.Failed)]
    [InlineData(StatusCode.PermissionDenied, "", InterruptionReason.Failed)]
    [InlineData(StatusCode.Unimplemented, "", InterruptionReason.Failed)]
    [InlineData(StatusCode.NotFound, "", InterruptionReason.Failed)]
    [InlineData(StatusCode.ResourceExhausted, "", InterruptionReason.Failed)]
    [InlineData(StatusCode.ResourceExhausted, "RATE_LIMITED", InterruptionReason.Failed)]
    [InlineData(StatusCode.ResourceExhausted, "QUOTA_STREAMS", InterruptionReason.Failed)]
    [InlineData(StatusCode.ResourceExhausted, "SLOW_CONSUMER", InterruptionReason.ReaderTooSlow)]
    public async Task Failure_ThatAnotherAttemptMayMend_IsToldAndResumedFrom(StatusCode code, string reason, InterruptionReason told)
    {
        await using var events = new EventReader(client.ForUser("alice").SubscribeAsync());
        var first = await OpenAsync(events, Wire.Established(1), Wire.Changes(3, Wire.Created(2, "a")));
        await events.NextAsync<ContextEvent.Committed>();

        first.Fail(Refusal.Of(code, reason, domain: reason.Length > 0 ? "syntha" : "other"));

        var interrupted = await events.NextAsync<ContextEvent.Interrupted>();
        Assert.Equal((told, 1, TimeSpan.Zero), (interrupted.Reason, interrupted.Attempt, interrupted.Delay));
        Assert.Equal(code, interrupted.Failure!.StatusCode);
        var second = await OpenAsync(events, Wire.Established(3), Wire.Changes(4, Wire.Created(4, "b")));
        Assert.Equal(Wire.At(3), second.Start.After);
        Assert.True(Assert.IsType<ContextEvent.Established>(events.Current).IsReconnected);
        Assert.Equal(4, (await events.NextAsync<ContextEvent.Committed>()).Revision);
    }

    [Theory]
    [InlineData(V1.EndingReason.Shutdown, InterruptionReason.ShuttingDown)]
    [InlineData(V1.EndingReason.Reloaded, InterruptionReason.Reloaded)]
    [InlineData((V1.EndingReason)99, InterruptionReason.Ended)]
    public async Task Ending_OfTheServer_IsResumedFromWhatWasHandedOut_WhateverItSays(V1.EndingReason reason, InterruptionReason told)
    {
        await using var events = new EventReader(client.ForUser("alice").SubscribeAsync());
        await OpenAsync(events, Wire.Established(1), Wire.Changes(3, Wire.Created(2, "a")), Wire.Ending(reason, through: 9));
        await events.NextAsync<ContextEvent.Committed>();

        Assert.Equal(told, (await events.NextAsync<ContextEvent.Interrupted>()).Reason);
        var second = await OpenAsync(events, Wire.Established(3));

        Assert.Equal(Wire.At(3), second.Start.After);
    }

    [Fact]
    public async Task End_WithoutAWord_IsAnInterruptionAndNotTheEnd()
    {
        await using var events = new EventReader(client.ForUser("alice").SubscribeAsync());
        var first = await OpenAsync(events, Wire.Established(1));

        first.End();

        Assert.True(await events.NextAsync<ContextEvent.Interrupted>() is { Reason: InterruptionReason.Ended, Failure: null });
        Assert.Equal(Wire.At(1), (await OpenAsync(events, Wire.Established(1))).Start.After);
    }

    [Theory]
    [InlineData(StatusCode.Unauthenticated, "CREDENTIALS_INVALID", typeof(SynthaException))]
    [InlineData(StatusCode.PermissionDenied, "AGENT_MISMATCH", typeof(SynthaPermissionDeniedException))]
    [InlineData(StatusCode.InvalidArgument, "TOPIC_INVALID", typeof(SynthaInvalidArgumentException))]
    [InlineData(StatusCode.ResourceExhausted, "QUOTA_TOPICS", typeof(SynthaQuotaException))]
    [InlineData(StatusCode.FailedPrecondition, "STORE_READ_ONLY", typeof(SynthaException))]
    [InlineData(StatusCode.DataLoss, "STORE_CORRUPT", typeof(SynthaException))]
    public async Task Failure_ThatNoAttemptWouldMend_IsThrown_AtOnceAndLater(StatusCode code, string reason, System.Type type)
    {
        var failure = Refusal.Of(code, reason, domain: reason.Length > 0 ? "syntha" : "other");
        await using var refused = new EventReader(client.ForUser("alice").SubscribeAsync());
        var refusing = refused.NextAsync();
        (await server.NextStreamAsync()).Fail(failure);
        await using var revoked = new EventReader(client.ForUser("alice").SubscribeAsync());
        (await OpenAsync(revoked, Wire.Established(1))).Fail(failure);

        foreach (var next in (Task[])[refusing, revoked.NextAsync()])
        {
            var thrown = Assert.IsAssignableFrom<SynthaException>(await Record.ExceptionAsync(() => next));
            Assert.Equal((type, code), (thrown.GetType(), thrown.StatusCode));
        }

        Assert.Equal(2, server.Calls.Count);
    }

    [Theory]
    [InlineData(StatusCode.OutOfRange, "HISTORY_COMPACTED", ResetReason.HistoryCompacted)]
    [InlineData(StatusCode.OutOfRange, "REVISION_IN_FUTURE", ResetReason.RevisionInFuture)]
    [InlineData(StatusCode.FailedPrecondition, "EPOCH_CHANGED", ResetReason.EpochChanged)]
    public async Task Resume_ThatTheServerRefuses_IsAResetAndASnapshot_ThatRegistersNothing(
        StatusCode code, string reason, ResetReason told)
    {
        await using var events = new EventReader(Agent.SubscribeToTopicsAsync(["t"]));
        var first = await OpenAsync(events, Wire.Established(1));
        first.End();
        await events.NextAsync<ContextEvent.Interrupted>();
        var next = events.NextAsync<ContextEvent.Reset>();
        (await server.NextStreamAsync()).Fail(Refusal.Of(code, reason));

        Assert.Equal(told, (await next).Reason);
        var snapshot = await OpenAsync(
            events, Wire.Established(5, epoch: "new"), Wire.Chunk(Wire.Item("k")), Wire.SnapshotEnd(5, epoch: "new"));
        Assert.True(events.Current is ContextEvent.Established { IsSnapshotAhead: true, IsReconnected: true });
        await events.NextAsync<ContextEvent.SnapshotStarted>();
        await events.NextAsync<ContextEvent.SnapshotItems>();
        await events.NextAsync<ContextEvent.SnapshotCompleted>();

        Assert.Equal([false, true, true], server.Calls.Select(call => ((V1.SubscribeToTopicsRequest)call.Request).SkipRegistration));
        Assert.Equal(V1.StreamStart.PlaceOneofCase.Snapshot, snapshot.Start.PlaceCase);
        Assert.Equal(new Position("new", 5), events.Current.Through);
    }

    [Fact]
    public async Task Start_AfterAPositionThatTheServerRefuses_IsAResetAndASnapshot_ThatRegistersNothing()
    {
        await using var events = new EventReader(
            Agent.SubscribeToTopicsAsync(["t"], new() { Start = SubscriptionStart.After(new("old", 3)) }));
        var next = events.NextAsync<ContextEvent.Reset>();
        (await server.NextStreamAsync()).Fail(Refusal.Of(StatusCode.FailedPrecondition, "EPOCH_CHANGED"));

        Assert.Equal(ResetReason.EpochChanged, (await next).Reason);
        await OpenAsync(events, Wire.Established(5));

        Assert.True(((V1.SubscribeToTopicsRequest)server.Calls[1].Request) is { SkipRegistration: true, Start.Snapshot: not null });
    }

    [Fact]
    public async Task Resume_RefusedInTheMidstOfAStream_IsAResetToo()
    {
        await using var events = new EventReader(client.ForUser("alice").SubscribeAsync());
        (await OpenAsync(events, Wire.Established(1))).Fail(Refusal.Of(StatusCode.OutOfRange, "HISTORY_COMPACTED"));

        Assert.Equal(ResetReason.HistoryCompacted, (await events.NextAsync<ContextEvent.Reset>()).Reason);
        Assert.NotNull((await OpenAsync(events, Wire.Established(9))).Start.Snapshot);
    }

    [Fact]
    public async Task Break_BeforeTheServerHasAnswered_RepeatsTheFirstStartWithItsRegistration()
    {
        await using var events = new EventReader(Agent.SubscribeToTopicsAsync(["t"]));
        var next = events.NextAsync<ContextEvent.Interrupted>();
        (await server.NextStreamAsync()).Fail(Refusal.Unavailable());
        await next;

        await OpenAsync(events, Wire.Established(1));

        Assert.Equal(server.Calls[0].Request, server.Calls[1].Request);
        Assert.True((V1.SubscribeToTopicsRequest)server.Calls[1].Request is { SkipRegistration: false, Start.Now: not null });
    }

    [Fact]
    public async Task Break_InTheMidstOfARevision_DiscardsItsPieces_AndReadsItAnew()
    {
        await using var events = new EventReader(client.ForUser("alice").SubscribeAsync());
        var first = await OpenAsync(
            events, Wire.Established(1), Wire.Continuing(Wire.Created(2, "a"), Wire.Created(3, "b"), Wire.Created(3, "c", index: 1)));
        Assert.Equal(2, (await events.NextAsync<ContextEvent.Committed>()).Revision);

        first.End();
        await events.NextAsync<ContextEvent.Interrupted>();
        var second = await OpenAsync(
            events,
            Wire.Established(2),
            Wire.Changes(3, Wire.Created(3, "b"), Wire.Created(3, "c", index: 1), Wire.Created(3, "d", index: 2)));

        Assert.Equal(Wire.At(2), second.Start.After);
        Assert.Equal(["b", "c", "d"], (await events.NextAsync<ContextEvent.Committed>()).Changes.Select(change => change.Key));
    }

    [Fact]
    public async Task Break_AfterProgress_ResumesAfterIt()
    {
        await using var events = new EventReader(client.ForUser("alice").SubscribeAsync());
        var first = await OpenAsync(events, Wire.Established(1), Wire.Progress(8));
        Assert.Equal(new Position("e", 8), (await events.NextAsync<ContextEvent.Progress>()).Through);

        first.End();
        await events.NextAsync<ContextEvent.Interrupted>();

        Assert.Equal(Wire.At(8), (await OpenAsync(events, Wire.Established(8))).Start.After);
    }

    [Fact]
    public async Task Break_WithEventsReceivedAndNotTaken_ResumesAfterTheLastOneTaken()
    {
        Position? kept = null;
        await using (var events = new EventReader(client.ForUser("alice").SubscribeAsync()))
        {
            await OpenAsync(events, Wire.Established(1), Wire.Changes(4, Wire.Created(2, "a"), Wire.Created(3, "b"), Wire.Created(4, "c")));
            await events.NextAsync<ContextEvent.Committed>();
            kept = (await events.NextAsync<ContextEvent.Committed>()).Through;
        }

        await using var resumed = new EventReader(
            client.ForUser("alice").SubscribeAsync(new() { Start = SubscriptionStart.After(kept!.Value) }));
        var stream = await OpenAsync(resumed, Wire.Established(3));

        Assert.Equal(Wire.At(3), stream.Start.After);
    }

    [Fact]
    public async Task Break_InTheMidstOfASnapshot_BeginsTheSnapshotAnew_AndRegistersNothing()
    {
        await using var events = new EventReader(Agent.SubscribeToTopicsAsync(["t"], new() { Start = SubscriptionStart.Snapshot }));
        var first = await OpenAsync(events, Wire.Established(1), Wire.Chunk(Wire.Item("a")));
        await events.NextAsync<ContextEvent.SnapshotStarted>();
        await events.NextAsync<ContextEvent.SnapshotItems>();

        first.End();
        await events.NextAsync<ContextEvent.Interrupted>();
        await OpenAsync(events, Wire.Established(2));

        Assert.Equal(new Position("e", 2), (await events.NextAsync<ContextEvent.SnapshotStarted>()).Position);
        Assert.True((V1.SubscribeToTopicsRequest)server.Calls[1].Request is { SkipRegistration: true, Start.Snapshot: not null });
    }

    [Fact]
    public async Task Break_AfterAResetOfTheServer_AsksForTheSnapshot()
    {
        await using var events = new EventReader(client.ForUser("alice").SubscribeAsync());
        var first = await OpenAsync(events, Wire.Established(1), Wire.Reset(3));
        await events.NextAsync<ContextEvent.Reset>();
        await events.NextAsync<ContextEvent.SnapshotStarted>();

        first.End();
        await events.NextAsync<ContextEvent.Interrupted>();

        Assert.NotNull((await OpenAsync(events, Wire.Established(3))).Start.Snapshot);
    }

    [Fact]
    public async Task Delays_GrowWhileNothingComes_AndBeginAnewWhenSomethingDoes()
    {
        var time = new ManualTime();
        await using var waiting = server.Client(options =>
        {
            options.TimeProvider = time;
            options.Jitter = () => 1;
            options.CallTimeout = null;
        });
        await using var events = new EventReader(waiting.ForUser("alice").SubscribeAsync(
            new() { RetryDelay = TimeSpan.FromSeconds(1), MaxRetryDelay = TimeSpan.FromSeconds(3) }));

        // A stream that opens and delivers nothing is no success.
        foreach (var (attempt, seconds) in ((int, int)[])[(1, 1), (2, 2), (3, 3), (4, 3)])
        {
            await FailAsync(Wire.Established(1));
            Assert.Equal((attempt, TimeSpan.FromSeconds(seconds)), await InterruptedAsync());
        }

        await FailAsync(Wire.Established(1), Wire.Progress(1));
        await events.NextAsync<ContextEvent.Progress>();
        Assert.Equal((1, TimeSpan.FromSeconds(1)), await InterruptedAsync());

        async Task FailAsync(params V1.SubscribeResponse[] messages)
        {
            var opening = events.NextAsync<ContextEvent.Established>();
            if (server.Calls.Count > 0)
            {
                Assert.InRange(await WaitOfRetryAsync(), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
                time.Advance(TimeSpan.FromSeconds(3));
            }

            var stream = await server.NextStreamAsync();
            await stream.SendAsync(messages);
            await opening;
            stream.Fail(Refusal.Unavailable());
        }

        async Task<(int, TimeSpan)> InterruptedAsync()
        {
            var interrupted = await events.NextAsync<ContextEvent.Interrupted>();
            return (interrupted.Attempt, interrupted.Delay);
        }

        // Waits of other lengths are for the next message.
        async Task<TimeSpan> WaitOfRetryAsync()
        {
            while (true)
            {
                if (await time.NextWaitAsync() is var wait && wait <= TimeSpan.FromSeconds(3))
                {
                    return wait;
                }
            }
        }
    }

    [Fact]
    public async Task Delay_ThatTheServerAsksFor_IsHeeded()
    {
        await using var events = new EventReader(client.ForUser("alice").SubscribeAsync(
            new() { MaxRetryDelay = TimeSpan.FromMilliseconds(20) }));
        (await OpenAsync(events, Wire.Established(1))).Fail(Refusal.Of(
            StatusCode.Unavailable,
            "NODE_DRAINING",
            details: new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(10)) }));

        Assert.Equal(TimeSpan.FromMilliseconds(10), (await events.NextAsync<ContextEvent.Interrupted>()).Delay);
    }

    [Fact]
    public async Task Resets_OneAfterTheOther_AreDelayedFromTheSecondOn()
    {
        var time = new ManualTime();
        await using var waiting = server.Client(
            options => (options.TimeProvider, options.CallTimeout, options.Jitter) = (time, null, () => 1));
        await using var events = new EventReader(waiting.ForUser("alice").SubscribeAsync(new() { RetryDelay = TimeSpan.FromSeconds(4) }));
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var reset = events.NextAsync<ContextEvent.Reset>();
            (await server.NextStreamAsync()).Fail(Refusal.Of(StatusCode.FailedPrecondition, "EPOCH_CHANGED"));
            await reset;
        }

        var next = events.NextAsync();
        Assert.Equal(TimeSpan.FromSeconds(5), await time.NextWaitAsync());
        time.Advance(TimeSpan.FromSeconds(5));
        await (await server.NextStreamAsync()).SendAsync(Wire.Established(1));
        Assert.IsType<ContextEvent.Established>(await next);
    }

    private async Task<ScriptedStream> OpenAsync(EventReader events, params V1.SubscribeResponse[] messages)
    {
        var opening = events.NextAsync<ContextEvent.Established>();
        var stream = await server.NextStreamAsync();
        await stream.SendAsync(messages);
        await opening;
        return stream;
    }
}
