using System.Collections.Concurrent;

using Grpc.Core;

using Syntha.Client.Tests.Fakes;

namespace Syntha.Client.Tests.Live;

public sealed class ContextViewTests : IAsyncLifetime
{
    private readonly ManualTime time = new();
    private ScriptedServer server = null!;
    private SynthaClient client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        server = await ScriptedServer.StartAsync();
        client = server.Client(options => options.TimeProvider = time);
    }

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Open_ReturnsWhenTheFirstSnapshotIsComplete()
    {
        var opening = client.ForUser("alice").OpenViewAsync(new() { KeyPrefix = "a" }, "planner", Token);
        var stream = await server.NextStreamAsync();
        await stream.SendAsync(Wire.Established(3), Wire.Chunk(Wire.Item("a1")));
        Assert.False(opening.IsCompleted);
        await stream.SendAsync(Wire.Chunk(Wire.Item("a2", "2")), Wire.SnapshotEnd(3));

        await using var view = await opening;

        Assert.Equal("a1 a2", KeysOf(view));
        Assert.Equal(("2", 2, new Position("e", 3)), (view["a2"].ValueJson, view.Count, view.Position));
        Assert.True(view.IsConnected && view.ContainsKey("a1") && !view.ContainsKey("b"));
        Assert.Throws<KeyNotFoundException>(() => view["b"]);
        Assert.True(stream.Call.Request is V1.SubscribeRequest { AsAgent: "planner", Filter.KeyPrefix: "a", Start.Snapshot: not null });
    }

    [Fact]
    public async Task Changes_OfOneRevision_ShowAllAtOnce()
    {
        var (view, stream) = await OpenAsync(Wire.Item("a"), Wire.Item("b"), Wire.Item("c"));
        await using var _ = view;
        var told = new ConcurrentQueue<ContextViewChangedEventArgs>();
        view.Changed += (_, change) => told.Enqueue(change);
        var before = view.Current;

        await stream.SendAsync(
            Wire.Continuing(Wire.Updated(2, "a", "2"), Wire.Removed(2, "b", index: 1)),
            Wire.Changes(
                4,
                Wire.Change(V1.ChangeKind.LeftView, 2, "c", index: 2),
                Wire.Created(2, "d", index: 3),
                Wire.Change(V1.ChangeKind.AgentChanged, 3, "a"),
                Wire.Change((V1.ChangeKind)99, 4, "d")));
        var after = await view.WaitForAsync(new("e", 4), Token);

        Assert.Equal("a d", KeysOf(after));
        Assert.Equal("2", view["a"].ValueJson);
        // A snapshot that was taken before does not change.
        Assert.Equal(("a b c", "1"), (KeysOf(before), before["a"].ValueJson));
        var first = told.First();
        Assert.Equal(["a", "b", "c", "d"], first.Changes.Select(change => change.Key));
        Assert.Equal(("a d", 2, false), (KeysOf(first.Snapshot), first.Snapshot.Position.Revision, first.IsReset));
    }

    [Fact]
    public async Task WaitFor_CompletesWithTheRevision_AndNotBefore()
    {
        var (view, stream) = await OpenAsync();
        await using var _ = view;
        Assert.Equal(1, (await view.WaitForAsync(new("e", 1), Token)).Position.Revision);
        var waiting = view.WaitForAsync(new("e", 5), Token);
        var progress = view.WaitForAsync(new("e", 7), Token);
        var otherLife = view.WaitForAsync(new("other", 1), Token);

        await stream.SendAsync(Wire.Changes(4, Wire.Created(4, "a")));
        await view.WaitForAsync(new("e", 4), Token);
        Assert.False(waiting.IsCompleted);
        await stream.SendAsync(Wire.Changes(5, Wire.Created(5, "b")));
        Assert.True((await waiting).ContainsKey("b"));
        await stream.SendAsync(Wire.Progress(8));
        Assert.Equal(8, (await progress).Position.Revision);

        Assert.False(otherLife.IsCompleted);
        await view.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => otherLife);
    }

    [Fact]
    public async Task Reset_KeepsTheOldStateUntilTheNewSnapshotIsComplete()
    {
        var (view, stream) = await OpenAsync(Wire.Item("old"), Wire.Item("kept"));
        await using var _ = view;
        var told = new TaskCompletionSource<ContextViewChangedEventArgs>(TaskCreationOptions.RunContinuationsAsynchronously);
        view.Changed += (_, change) => told.SetResult(change);
        stream.Fail(Refusal.Of(StatusCode.FailedPrecondition, "EPOCH_CHANGED"));

        var second = await server.NextStreamAsync();
        await second.SendAsync(Wire.Established(9, epoch: "new"), Wire.Chunk(Wire.Item("kept", "2")));
        second.End();
        // A snapshot that breaks off is void as a whole, also the items that it had shown already.
        var third = await server.NextStreamAsync();
        Assert.Equal("kept old", KeysOf(view));
        await third.SendAsync(
            Wire.Established(3, epoch: "newer"), Wire.Chunk(Wire.Item("new", "3")), Wire.SnapshotEnd(3, epoch: "newer"));
        var change = await told.Task;

        Assert.Equal((true, "new"), (change.IsReset, KeysOf(change.Snapshot)));
        Assert.Empty(change.Changes);
        Assert.Equal((new Position("newer", 3), "new"), (view.Position, KeysOf(view)));
        await view.WaitForAsync(new("newer", 2), Token);
    }

    [Fact]
    public async Task Interruption_KeepsTheState_AndResumesAfterItsPosition()
    {
        var (view, stream) = await OpenAsync(Wire.Item("a"));
        await using var _ = view;
        await stream.SendAsync(Wire.Changes(5, Wire.Created(4, "b")));
        await view.WaitForAsync(new("e", 5), Token);

        stream.End();
        var second = await server.NextStreamAsync();

        Assert.Equal(Wire.At(5), second.Start.After);
        Assert.False(view.IsConnected);
        Assert.Equal("a b", KeysOf(view));
        await second.SendAsync(Wire.Established(5), Wire.Changes(6, Wire.Removed(6, "a")));
        Assert.Equal(["b"], (await view.WaitForAsync(new("e", 6), Token)).Keys);
        Assert.True(view.IsConnected);
    }

    [Fact]
    public async Task Item_WhoseTimeHasComeByTheLocalClock_IsAbsent()
    {
        var now = time.GetUtcNow();
        var (view, stream) = await OpenAsync(
            Wire.Item("short", expires: now.AddSeconds(10)), Wire.Item("long", expires: now.AddSeconds(90)), Wire.Item("ever"));
        await using var _ = view;
        Assert.Equal((3, 3), (view.Count, view.Keys.Count()));

        time.Advance(TimeSpan.FromSeconds(10));

        Assert.False(view.ContainsKey("short") || view.TryGetValue("short", out var _));
        Assert.Throws<KeyNotFoundException>(() => view["short"]);
        Assert.Equal((2, "ever long", 2), (view.Count, KeysOf(view), view.Values.Count()));
        await stream.SendAsync(Wire.Changes(
            3,
            Wire.Change(V1.ChangeKind.Expired, 2, "short"),
            Wire.Change(V1.ChangeKind.Created, 3, "late", Wire.Item("late", json: null, 3))));
        await view.WaitForAsync(new("e", 3), Token);
        Assert.Equal((2, "ever long"), (view.Count, KeysOf(view)));
        time.Advance(TimeSpan.FromSeconds(80));
        Assert.Equal((1, "ever"), (view.Count, KeysOf(view)));
    }

    [Fact]
    public async Task KeysOnly_ItemsWithoutValues_AreInTheView()
    {
        var opening = client.ForUser("alice").ForAgent("a").OpenViewAsync(["t"], new() { KeysOnly = true }, Token);
        await (await server.NextStreamAsync()).SendAsync(
            Wire.Established(1),
            Wire.Chunk(Wire.Item("a", json: null)),
            Wire.SnapshotEnd(1),
            Wire.Changes(2, Wire.Change(V1.ChangeKind.Created, 2, "b", Wire.Item("b", json: null, 2))));
        await using var view = await opening;

        Assert.Equal(["a", "b"], (await view.WaitForAsync(new("e", 2), Token)).Keys.Order());
        Assert.False(view["b"].HasValue);
    }

    [Fact]
    public async Task End_ForGood_FailsReadsWaitsAndCompletion()
    {
        var (view, stream) = await OpenAsync(Wire.Item("a"));
        await using var _ = view;
        var current = view.Current;
        var waiting = view.WaitForAsync(new("e", 5), Token);

        stream.Fail(Refusal.Of(StatusCode.PermissionDenied, "AGENT_MISMATCH"));

        await Assert.ThrowsAsync<SynthaPermissionDeniedException>(() => view.Completion);
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => waiting);
        Assert.IsType<SynthaPermissionDeniedException>(thrown.InnerException);
        Assert.Throws<InvalidOperationException>(() => view["a"]);
        Assert.Throws<InvalidOperationException>(() => view.Count);
        Assert.False(view.IsConnected);
        Assert.True(current.ContainsKey("a"));
    }

    [Fact]
    public async Task Handler_ThatThrows_EndsTheView()
    {
        var (view, stream) = await OpenAsync();
        await using var _ = view;
        view.Changed += (_, _) => throw new FormatException("by the handler");

        await stream.SendAsync(Wire.Changes(2, Wire.Created(2, "a")));

        await Assert.ThrowsAsync<FormatException>(() => view.Completion);
        await stream.Gone;
    }

    [Fact]
    public async Task Dispose_EndsTheSubscription_AndReadsThrow()
    {
        var (view, stream) = await OpenAsync(Wire.Item("a"));

        await view.DisposeAsync();
        await view.DisposeAsync();

        await view.Completion;
        await stream.Gone;
        Assert.Throws<ObjectDisposedException>(() => view["a"]);
    }

    [Fact]
    public async Task Open_Refused_Throws()
    {
        var opening = client.ForUser("alice").OpenViewAsync(cancellationToken: Token);
        (await server.NextStreamAsync()).Fail(Refusal.Of(StatusCode.ResourceExhausted, "QUOTA_STREAMS"));

        Assert.Equal(ErrorReason.QuotaStreams, (await Assert.ThrowsAsync<SynthaQuotaException>(() => opening)).Reason);
    }

    [Fact]
    public async Task Open_Cancelled_ThrowsAndLetsGoOfTheStream()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var opening = client.ForUser("alice").OpenViewAsync(cancellationToken: source.Token);
        var stream = await server.NextStreamAsync();
        await stream.SendAsync(Wire.Established(1));

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
        await stream.Gone;
    }

    private static string KeysOf(IReadOnlyDictionary<string, ContextItem> items) => string.Join(' ', items.Keys.Order());

    private async Task<(ContextView View, ScriptedStream Stream)> OpenAsync(params V1.Item[] items)
    {
        var opening = client.ForUser("alice").OpenViewAsync(cancellationToken: Token);
        var stream = await server.NextStreamAsync();
        await stream.SendAsync(Wire.Established(1), Wire.Chunk(items), Wire.SnapshotEnd(1));
        return (await opening, stream);
    }
}
