namespace Syntha.Mesh.Tests.Support;

/// <summary>A clock that counts the timers that are not disposed of. A test can step in before a timer is set.</summary>
internal sealed class WatchedTime(TimeProvider inner) : TimeProvider
{
    private int live;

    /// <summary>Runs before each setting of a timer takes effect.</summary>
    public Action BeforeChange { get; set; } = static () => { };

    public int Live => Volatile.Read(ref live);

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

    public override long GetTimestamp() => inner.GetTimestamp();

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Increment(ref live);
        return new Timer(inner.CreateTimer(callback, state, dueTime, period), this);
    }

    private sealed class Timer(ITimer timer, WatchedTime watched) : ITimer
    {
        private int isDisposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            watched.BeforeChange();
            return timer.Change(dueTime, period);
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref isDisposed, 1) == 0)
            {
                Interlocked.Decrement(ref watched.live);
            }

            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
