using System.Threading.Channels;

using Microsoft.Extensions.Time.Testing;

namespace Syntha.Client.Tests.Fakes;

/// <summary>A clock that only the test moves. It reports each wait that begins, and how long it is.</summary>
internal sealed class ManualTime : FakeTimeProvider
{
    private readonly Channel<TimeSpan> waits = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        waits.Writer.TryWrite(dueTime);
        return timer;
    }

    internal ValueTask<TimeSpan> NextWaitAsync() => waits.Reader.ReadAsync(TestContext.Current.CancellationToken);

    internal bool IsWaitedFor => waits.Reader.TryRead(out _);
}
