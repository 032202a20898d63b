namespace Syntha.Storage.Postgres.Heads;

/// <summary>
/// The database's clock, as this node knows it: the time that the database told last, and the time since then by a clock that nobody can
/// set. So nodes with different clocks, or with clocks that are set, agree about what has expired, as closely as a round trip allows.
/// Thread-safe.
/// </summary>
internal sealed class DatabaseClock(TimeProvider local) : TimeProvider
{
    /// <summary>The SQL for the database's clock, in the unit in which moments are stored.</summary>
    public const string Select = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private volatile Heard? heard;

    public override DateTimeOffset GetUtcNow() =>
        heard is { } latest ? latest.Shown + local.GetElapsedTime(latest.At) : local.GetUtcNow();

    public override TimeZoneInfo LocalTimeZone => local.LocalTimeZone;

    public override long TimestampFrequency => local.TimestampFrequency;

    public override long GetTimestamp() => local.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        local.CreateTimer(callback, state, dueTime, period);

    /// <summary>Takes a time that the database told a moment ago. This clock is late by the way of the answer, and never early.</summary>
    public void Hear(DateTimeOffset shown)
    {
        var at = local.GetTimestamp();
        lock (gate)
        {
            // The answer that was least late is the best. But clocks drift, so it does not count for ever.
            if (heard is { } latest && local.GetElapsedTime(latest.At, at) is var since && since < GoodFor && latest.Shown + since >= shown)
            {
                return;
            }

            heard = new(shown, at);
        }
    }

    private sealed record Heard(DateTimeOffset Shown, long At);
}
