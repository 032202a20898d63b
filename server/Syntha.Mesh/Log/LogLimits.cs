namespace Syntha.Mesh.Log;

/// <summary>How much of a log is kept. The limit that is reached first holds.</summary>
/// <param name="MaxChanges">How many changes.</param>
/// <param name="MaxBytes">How many bytes, as <see cref="LogSize"/> counts them.</param>
/// <param name="MaxAge">How long a change is kept.</param>
public sealed record LogLimits(long MaxChanges, long MaxBytes, TimeSpan MaxAge)
{
    public const long LeastBytes = 1024;
    public const long MostBytes = long.MaxValue / 2;

    /// <summary>The log keeps all revisions above this one, in spite of the other limits: the audit trail has not recorded them.</summary>
    public long Recorded { get; init; } = long.MaxValue;

    public static LogLimits Default { get; } = new(100_000, 100 * 1024 * 1024, TimeSpan.FromDays(7));

    /// <summary>The moment before which a change is too old.</summary>
    public DateTimeOffset OldestKept(DateTimeOffset now) =>
        MaxAge < now - DateTimeOffset.MinValue ? now - MaxAge : DateTimeOffset.MinValue;

    public bool AreExceededBy(LogSize size) => size.Changes > MaxChanges || size.Bytes > MaxBytes;

    /// <summary>Whether trimming pays. A transaction for each change above the limit would cost as much as the change.</summary>
    public bool AreFarExceededBy(LogSize size) =>
        size.Changes > MaxChanges + (MaxChanges / 32) || size.Bytes > MaxBytes + (MaxBytes / 32);

    /// <summary>When trimming pays, for a log with an oldest change of that moment.</summary>
    public DateTimeOffset DueFor(DateTimeOffset oldest)
    {
        var slack = MaxAge / 32;
        return MaxAge < DateTimeOffset.MaxValue - oldest - slack ? oldest + MaxAge + slack : DateTimeOffset.MaxValue;
    }
}

/// <summary>The size of a log, counted from its oldest revision on.</summary>
/// <param name="Changes">How many changes it has.</param>
/// <param name="Bytes">Their size: subjects, values and metadata in UTF-8, and a fixed sum for the rest of each change.</param>
public readonly record struct LogSize(long Changes, long Bytes);

/// <summary>The result of a trimming.</summary>
/// <param name="OldestRevision">The lowest revision with all its changes in the log now.</param>
/// <param name="Dropped">How many changes left the log.</param>
/// <param name="OldestTime">The time of the oldest change in the log. Null: the log is empty.</param>
/// <param name="HasMore">Whether the log is still beyond its limits.</param>
public readonly record struct LogTrim(long OldestRevision, long Dropped, DateTimeOffset? OldestTime, bool HasMore);
