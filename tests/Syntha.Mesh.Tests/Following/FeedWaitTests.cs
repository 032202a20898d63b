using System.Diagnostics;

namespace Syntha.Mesh.Tests.Following;

/// <summary>A feed with nothing to read waits. Only new changes and faults wake it.</summary>
public sealed class FeedWaitTests
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private readonly TestMesh mesh = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Wait_CommitComes_AllAreWoken()
    {
        var feeds = Enumerable.Range(0, 10).Select(_ => mesh.Follow("ann")).ToList();
        var waiting = feeds.ConvertAll(feed => feed.WaitAsync(Heartbeat, mesh.Clock, Token).AsTask());
        Assert.All(waiting, wait => Assert.False(wait.IsCompleted));

        // Whether it is theirs they find out by reading.
        await mesh.DoAsync(Commands.Push("k", to: ["bob"]));

        Assert.All(await Task.WhenAll(waiting), Assert.True);
        foreach (var feed in feeds)
        {
            Assert.Empty((await feed.ReadAsync())!);
            Assert.False(feed.WaitAsync(Heartbeat, mesh.Clock, Token).AsTask().IsCompleted);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Wait_CommitComesAtTheMomentWhenItBegins_IsNotSleptOver()
    {
        // A machine that is busy with other work makes fewer rounds.
        const int Rounds = 20_000;
        const int End = -1;
        var longest = TimeSpan.FromSeconds(10);
        var cancelled = TestContext.Current.CancellationToken;
        var feed = mesh.Follow(null);
        var ready = 0;
        var writing = Task.Factory.StartNew(
            () =>
            {
                for (var round = 1; IsNext(round); round++)
                {
                    _ = mesh.DoAsync(Commands.Push("k"));
                }
            },
            cancelled, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var begun = Stopwatch.GetTimestamp();
        for (var round = 1; round <= Rounds && Stopwatch.GetElapsedTime(begun) < longest; round++)
        {
            Volatile.Write(ref ready, round);
            // The clock stands still: only the commit can end it.
            Assert.True(await feed.WaitAsync(Heartbeat, mesh.Clock, cancelled));
            Assert.Single((await feed.ReadAsync())!);
        }
        Volatile.Write(ref ready, End);
        await writing;

        bool IsCancelled() => cancelled.IsCancellationRequested;

        bool IsNext(int round)
        {
            SpinWait.SpinUntil(() => Volatile.Read(ref ready) is var now && (now == round || now == End || IsCancelled()));
            return Volatile.Read(ref ready) == round;
        }
    }

    [Fact]
    public async Task Wait_SomethingIsThereAlready_DoesNotWait()
    {
        var feed = mesh.Follow(null);
        await mesh.DoAsync(Commands.Push("k"));

        Assert.True(await feed.WaitAsync(Heartbeat, mesh.Clock, Token));
        Assert.True(await mesh.Follow(null, after: 0).WaitAsync(Heartbeat, mesh.Clock, Token));
    }

    [Fact]
    public async Task Wait_MeshFails_IsWokenAndTold()
    {
        var feed = mesh.Follow(null);
        var waiting = feed.WaitAsync(Heartbeat, mesh.Clock, Token).AsTask();
        Assert.Null(feed.Fault);
        mesh.Store.FailNextCommit(new IOException("disk on fire"));

        await Assert.ThrowsAsync<MeshException>(() => mesh.DoAsync(Commands.Push("k")));

        Assert.True(await waiting);
        Assert.Equal(ErrorReason.StoreDown, feed.Fault!.Reason);
        Assert.True(await feed.WaitAsync(Heartbeat, mesh.Clock, Token));
    }

    [Fact]
    public async Task Wait_NothingComes_EndsWhenTheTimeIsOver()
    {
        var feed = mesh.Follow(null);
        var waiting = feed.WaitAsync(Heartbeat, mesh.Clock, Token).AsTask();
        mesh.Clock.Advance(Heartbeat - TimeSpan.FromTicks(TimeSpan.TicksPerMillisecond));
        Assert.False(waiting.IsCompleted);

        mesh.Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.False(await waiting);
    }

    [Fact(Timeout = 120_000)]
    public async Task Wait_AfterOthersThatChangesEnded_EndsWhenItsTimeIsOverAtTheLatest()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var feed = mesh.Follow(null);
        for (var number = 0; number < 3; number++)
        {
            var woken = feed.WaitAsync(Heartbeat, mesh.Clock, cancelled).AsTask();
            mesh.Clock.Advance(TimeSpan.FromSeconds(4));
            Assert.False(woken.IsCompleted);
            await mesh.DoAsync(Commands.Push("k"));
            Assert.True(await woken);
            await feed.ReadAsync();
        }

        // The timer of the first wait may end this one early. So a caller that waits looks at the clock, and waits for the rest.
        var early = feed.WaitAsync(Heartbeat, mesh.Clock, cancelled).AsTask();
        mesh.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.False(await early);
        var rest = feed.WaitAsync(TimeSpan.FromSeconds(12), mesh.Clock, cancelled).AsTask();
        mesh.Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.False(rest.IsCompleted);
        mesh.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await rest);
    }

    [Fact(Timeout = 120_000)]
    public async Task Wait_ShorterThanTheOneBefore_EndsInItsOwnTime()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var feed = mesh.Follow(null);
        var longer = feed.WaitAsync(Heartbeat, mesh.Clock, cancelled).AsTask();
        await mesh.DoAsync(Commands.Push("k"));
        Assert.True(await longer);
        await feed.ReadAsync();

        var shorter = feed.WaitAsync(TimeSpan.FromSeconds(1), mesh.Clock, cancelled).AsTask();
        mesh.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.False(await shorter);
    }

    [Fact]
    public async Task Wait_RefusedCommandOrTrimmedLog_WakesNobody()
    {
        await mesh.DoAsync(Commands.Push("k"));
        var waiting = mesh.Follow(null).WaitAsync(Heartbeat, mesh.Clock, Token).AsTask();

        await mesh.RefusedAsync(ErrorReason.KeyExists, Commands.Push("k", ifRevision: 0));
        mesh.Mesh.TrimLog();
        await MeshInside.SettleAsync(mesh.Mesh);

        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public async Task Wait_Cancelled_Throws()
    {
        using var cancelled = new CancellationTokenSource();
        var waiting = mesh.Follow(null).WaitAsync(Heartbeat, mesh.Clock, cancelled.Token).AsTask();

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
