namespace Syntha.Mesh.Serving;

/// <summary>
/// A clock that never goes back: an item that has expired must not come to life again when the system's clock is set back. Thread-safe.
/// </summary>
internal sealed class MeshClock(TimeProvider time)
{
    private long latestTicks;

    public DateTimeOffset Now() => Latest(time.GetUtcNow());

    /// <summary>That moment, or the latest one that this clock has shown if that is later.</summary>
    public DateTimeOffset Latest(DateTimeOffset moment)
    {
        // Stores keep whole microseconds.
        var ticks = moment.UtcTicks - (moment.UtcTicks % TimeSpan.TicksPerMicrosecond);
        var latest = Volatile.Read(ref latestTicks);
        while (ticks > latest)
        {
            var seen = Interlocked.CompareExchange(ref latestTicks, ticks, latest);
            if (seen == latest)
            {
                return new(ticks, TimeSpan.Zero);
            }

            latest = seen;
        }
        return new(latest, TimeSpan.Zero);
    }
}
