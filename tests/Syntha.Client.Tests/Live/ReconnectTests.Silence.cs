using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

using Grpc.Core;

using Syntha.Client.Tests.Fakes;

#pragma warning disable xUnit1051 // EventReader enumerates with the test's token.

namespace Syntha.Client.Tests.Live;

/// <content>What counts as silence, and the ways to leave a subscription.</content>
public sealed partial class ReconnectTests
{
    [Fact]
    public async Task Silence_OfTwoHeartbeatsWhileAReadIsPending_IsABrokenConnection()
    {
        var time = new ManualTime();
        await using var waiting = server.Client(options => (options.TimeProvider, options.CallTimeout) = (time, null));
        await using var events = new EventReader(waiting.ForUser("alice").SubscribeAsync());
        var first = await OpenAsync(events, Wire.Established(1, heartbeatSeconds: 10));
        var next = events.NextAsync();

        Assert.Equal(TimeSpan.FromSeconds(20), await time.NextWaitAsync());
        time.Advance(TimeSpan.FromSeconds(19.9));
        Assert.False(next.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(InterruptionReason.Silent, Assert.IsType<ContextEvent.Interrupted>(await next).Reason);
        await first.Gone;
        Assert.Equal(Wire.At(1), (await OpenAsync(events, Wire.Established(1))).Start.After);
    }

    [Fact]
    public async Task Silence_HeartbeatsThatCome_KeepTheConnection()
    {
        var time = new ManualTime();
        await using var waiting = server.Client(options => (options.TimeProvider, options.CallTimeout) = (time, null));
        await using var events = new EventReader(waiting.ForUser("alice").SubscribeAsync());
        var stream = await OpenAsync(events, Wire.Established(1, heartbeatSeconds: 10));

        foreach (var revision in Enumerable.Range(2, 5))
        {
            var next = events.NextAsync();
            await time.NextWaitAsync();
            time.Advance(TimeSpan.FromSeconds(19));
            await stream.SendAsync(Wire.Progress(revision));
            Assert.Equal(new Position("e", revision), Assert.IsType<ContextEvent.Progress>(await next).Through);
        }

        Assert.Single(server.Calls);
    }

    [Fact]
    public async Task Silence_WhileTheProgramTakesItsTime_IsNoBrokenConnection()
    {
        var time = new ManualTime();
        await using var waiting = server.Client(options => (options.TimeProvider, options.CallTimeout) = (time, null));
        await using var events = new EventReader(waiting.ForUser("alice").SubscribeAsync());
        var stream = await OpenAsync(events, Wire.Established(1, heartbeatSeconds: 10));

        Assert.False(time.IsWaitedFor);
        time.Advance(TimeSpan.FromHours(1));
        var next = events.NextAsync();
        await stream.SendAsync(Wire.Changes(2, Wire.Created(2, "a")));

        Assert.Equal(2, Assert.IsType<ContextEvent.Committed>(await next).Revision);
        Assert.Single(server.Calls);
    }

    [Fact]
    public async Task Silence_BeforeTheServerHasAnswered_IsBoundedByTheCallTimeout()
    {
        var time = new ManualTime();
        await using var waiting = server.Client(options => (options.TimeProvider, options.CallTimeout) = (time, TimeSpan.FromSeconds(7)));
        await using var events = new EventReader(waiting.ForUser("alice").SubscribeAsync());
        var next = events.NextAsync();
        await server.NextStreamAsync();

        Assert.Equal(TimeSpan.FromSeconds(7), await time.NextWaitAsync());
        time.Advance(TimeSpan.FromSeconds(7));

        Assert.Equal(InterruptionReason.Silent, Assert.IsType<ContextEvent.Interrupted>(await next).Reason);
    }

    [Fact]
    public async Task Cancel_WhileItWaitsForAnEvent_ThrowsWithTheCallersToken_AndLetsGoOfTheStream()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var events = client.ForUser("alice").SubscribeAsync(cancellationToken: source.Token).GetAsyncEnumerator(Token);
        var next = events.MoveNextAsync();
        var stream = await server.NextStreamAsync();
        await stream.SendAsync(Wire.Established(1));
        Assert.True(await next);
        var pending = events.MoveNextAsync().AsTask();

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        await stream.Gone;
    }

    [Fact]
    public async Task Cancel_BetweenTwoEventsOfOneMessage_Throws()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var events = new EventReader(client.ForUser("alice").SubscribeAsync(cancellationToken: source.Token));
        await OpenAsync(events, Wire.Established(1), Wire.Changes(3, Wire.Created(2, "a"), Wire.Created(3, "b")));
        await events.NextAsync<ContextEvent.Committed>();

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(events.NextAsync);
    }

    [Fact]
    public async Task Cancel_WhileItWaitsToConnectAgain_Throws()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var events = new EventReader(client.ForUser("alice").SubscribeAsync(
            new() { RetryDelay = TimeSpan.FromHours(24), MaxRetryDelay = TimeSpan.FromHours(24) }, cancellationToken: source.Token));
        (await OpenAsync(events, Wire.Established(1))).Fail(Refusal.Of(
            StatusCode.Unavailable,
            "NODE_DRAINING",
            details: new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromHours(24)) }));
        await events.NextAsync<ContextEvent.Interrupted>();
        var pending = events.NextAsync();

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
    }

    [Fact]
    public async Task Leave_TheEnumeration_LetsGoOfTheStream()
    {
        var events = new EventReader(client.ForUser("alice").SubscribeAsync());
        var stream = await OpenAsync(events, Wire.Established(1));

        await events.DisposeAsync();

        await stream.Gone;
    }

    [Fact]
    public async Task Dispose_OfTheClient_EndsTheSubscriptionAndIsNotRepeated()
    {
        var mesh = client.ForUser("alice");
        await using var events = new EventReader(mesh.SubscribeAsync());
        await OpenAsync(events, Wire.Established(1));
        var pending = events.NextAsync();

        await client.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => pending);
        await using var late = new EventReader(mesh.SubscribeAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(late.NextAsync);
        Assert.Single(server.Calls);
    }

    [Fact]
    public async Task Streams_HaveNoDeadline_AndAConnectionOfTheirOwn()
    {
        await using var answering = await ScriptedServer.StartAsync(_ => new V1.GetResponse());
        await using var both = answering.Client();
        await both.ForUser("alice").GetAsync("k", cancellationToken: Token);
        await using var events = new EventReader(both.ForUser("alice").SubscribeAsync());
        var opening = events.NextAsync();
        var stream = await answering.NextStreamAsync();
        await stream.SendAsync(Wire.Established(1));
        await opening;

        Assert.Equal(DateTime.MaxValue, stream.Call.Context.Deadline);
        Assert.NotEqual(answering.Calls[0].Peer, stream.Call.Peer);
    }
}
