using System.Diagnostics;

namespace Syntha.Mesh.Tests.Serving;

public sealed class ChangeSignalTests
{
    private readonly ChangeSignal signal = new();

    [Fact]
    public void Raise_EndsAllWaitsThatBeganBefore()
    {
        var (first, second) = (signal.Next, signal.Next);
        Assert.False(first.IsCompleted);

        signal.Raise();

        Assert.True(first.IsCompletedSuccessfully);
        Assert.True(second.IsCompletedSuccessfully);
    }

    [Fact]
    public void Raise_WaitsThatBeginAfter_AreNotEnded()
    {
        signal.Raise();
        Assert.False(signal.Next.IsCompleted);
        signal.Raise();
        signal.Raise();

        Assert.False(signal.Next.IsCompleted);
    }

    [Fact(Timeout = 120_000)]
    public async Task Raise_AtTheMomentWhenAWaitBegins_IsSeenByOneOfThem()
    {
        // A waiter that takes Next and then finds nothing new must be woken by the raise after the news, in every interleaving.
        // A machine that is busy with other work makes fewer rounds.
        const int Rounds = 200_000;
        const int End = -1;
        var longest = TimeSpan.FromSeconds(10);
        var (ready, published, raised) = (0, 0, 0);
        var cancelled = TestContext.Current.CancellationToken;
        var publishing = RunAlone(() =>
        {
            for (var round = 1; SpinUntil(ref ready, round, End, cancelled); round++)
            {
                Volatile.Write(ref published, round);
                signal.Raise();
                Volatile.Write(ref raised, round);
            }
        });
        var (missed, done) = (0, 0);
        var waiting = RunAlone(() =>
        {
            var begun = Stopwatch.GetTimestamp();
            for (var round = 1; round <= Rounds && Stopwatch.GetElapsedTime(begun) < longest; round++)
            {
                Volatile.Write(ref ready, round);
                var next = signal.Next;
                var isNew = Volatile.Read(ref published) == round;
                SpinUntil(ref raised, round, End, cancelled);
                if (!isNew && !next.IsCompleted)
                {
                    missed++;
                }
                // No waiter is left at the beginning of the next round.
                signal.Raise();
                done = round;
            }

            Volatile.Write(ref ready, End);
        });
        await Task.WhenAll(publishing, waiting);

        Assert.Equal(0, missed);
        Assert.NotEqual(0, done);
    }

    private static Task RunAlone(Action action) =>
        Task.Factory.StartNew(action, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    // False: the counter has reached its end.
    private static bool SpinUntil(ref int counter, int value, int end, CancellationToken cancelled)
    {
        var spinner = new SpinWait();
        int seen;
        while ((seen = Volatile.Read(ref counter)) != value && seen != end)
        {
            cancelled.ThrowIfCancellationRequested();
            spinner.SpinOnce(sleep1Threshold: -1);
        }

        return seen == value;
    }
}
