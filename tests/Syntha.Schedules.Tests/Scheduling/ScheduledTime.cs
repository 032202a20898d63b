namespace Syntha.Schedules.Scheduling;

/// <summary>
/// The clock of a schedule. It stands still unless the schedule advances it. A timer that is due becomes a step, so that others may come
/// before its callback, as they may before a callback on a thread of the pool. Each look at the clock is a point.
/// </summary>
internal sealed class ScheduledTime(DateTimeOffset start) : TimeProvider
{
    private readonly List<Timer> timers = [];
    private DateTimeOffset now = start;

    /// <summary>Timers that are not disposed of, and not over.</summary>
    public int Live => timers.Count(timer => timer.Due is not null);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        Scheduler.Point();
        return now;
    }

    public override long GetTimestamp()
    {
        Scheduler.Point();
        return now.UtcTicks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        timers.Add(timer);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        var until = now + by;
        while (timers.Where(timer => timer.Due <= until).MinBy(timer => timer.Due) is { } next)
        {
            now = next.Due > now ? next.Due!.Value : now;
            next.Ring();
        }
        now = until;
    }

    private sealed class Timer(ScheduledTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan period;
        private bool isDisposed;

        public DateTimeOffset? Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Scheduler.Point();
            if (isDisposed)
            {
                return false;
            }

            this.period = period;
            Due = dueTime == Timeout.InfiniteTimeSpan ? null : time.now + dueTime;
            // A delay of zero is due now, and no later step of the clock is needed for it.
            if (dueTime == TimeSpan.Zero)
            {
                Ring();
            }

            return true;
        }

        public void Ring()
        {
            Due = period > TimeSpan.Zero ? Due + period : null;
            Scheduler.Current!.Post("timer", () =>
            {
                // As the framework's timers: a callback that has not begun when its timer is disposed of does not begin.
                if (isDisposed)
                {
                    return;
                }

                if (state is CancellationTokenSource source)
                {
                    Scheduler.Current!.Cancel(source);
                }
                else
                {
                    callback(state);
                }
            });
        }

        public void Dispose()
        {
            Scheduler.Point();
            isDisposed = true;
            Due = null;
            time.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
