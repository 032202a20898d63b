using Syntha.Storage.Ground;

namespace Syntha.Storage.Log;

/// <summary>
/// Finds how much of a log's old end is to go. Fed with the log's rows in their order, from its oldest revision on. The times of a log do
/// not run backwards, so what lies behind a change that is young enough is so as well.
/// </summary>
/// <param name="log">What the log is before the cut.</param>
/// <param name="limits">How much of it is kept.</param>
/// <param name="now">The store's clock.</param>
/// <param name="maxChanges">The cut ends after the command that reaches it.</param>
internal sealed class LogCut(LogExtent log, LogLimits limits, DateTimeOffset now, int maxChanges)
{
    private readonly long oldestKept = StoredTime.ToMicroseconds(limits.OldestKept(now));
    private DateTimeOffset? oldestTime;
    private bool hasMore;

    /// <summary>What the log is afterwards.</summary>
    public LogExtent Kept { get; private set; } = log;

    /// <summary>How many changes leave it.</summary>
    public long Dropped { get; private set; }

    public LogTrim Trim => new(Kept.OldestRevision, Dropped, oldestTime, hasMore);

    /// <summary>Lets a row go. False: it stays, and with it all rows behind it.</summary>
    public bool TryDrop(long place, long time, long bytes)
    {
        var revision = new StoredPlace(place).Place.Revision;
        // Only where a command begins, because commands go as a whole.
        if (revision >= Kept.OldestRevision)
        {
            var isWithin = revision > limits.Recorded || (time >= oldestKept && !limits.AreExceededBy(Kept.Size));
            if (isWithin || Dropped >= maxChanges)
            {
                (oldestTime, hasMore) = (StoredTime.FromMicroseconds(time), !isWithin);
                return false;
            }
        }
        Kept = new LogExtent(revision + 1, Kept.Size).With(new(-1, -bytes));
        Dropped++;
        return true;
    }
}
