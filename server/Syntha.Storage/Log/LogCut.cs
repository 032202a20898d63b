using Syntha.Storage.Ground;

namespace Syntha.Storage.Log;

/// <summary>
/// Finds how much of a log's old end to drop. It takes the log's rows in their order, from the oldest revision on. The times of a log never
/// run backwards: if one change is young enough, all later changes are.
/// </summary>
/// <param name="log">The log before the cut.</param>
/// <param name="limits">How much of the log is kept.</param>
/// <param name="now">The store's clock.</param>
/// <param name="maxChanges">The cut ends after the command that reaches this number.</param>
internal sealed class LogCut(LogExtent log, LogLimits limits, DateTimeOffset now, int maxChanges)
{
    private readonly long oldestKept = StoredTime.ToMicroseconds(limits.OldestKept(now));
    private DateTimeOffset? oldestTime;
    private bool hasMore;

    /// <summary>The log after the cut.</summary>
    public LogExtent Kept { get; private set; } = log;

    /// <summary>How many changes are dropped.</summary>
    public long Dropped { get; private set; }

    public LogTrim Trim => new(Kept.OldestRevision, Dropped, oldestTime, hasMore);

    /// <summary>Drops a row. False: the row stays, and all later rows with it.</summary>
    public bool TryDrop(long place, long time, long bytes)
    {
        var revision = new StoredPlace(place).Place.Revision;
        // Only at the first row of a command, because a command is dropped as a whole.
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
