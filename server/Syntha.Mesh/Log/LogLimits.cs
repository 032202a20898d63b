namespace Syntha.Mesh.Log;

/// <summary>How much of a log is kept: whatever of these is reached first.</summary>
/// <param name="MaxChanges">How many changes.</param>
/// <param name="MaxBytes">How many bytes, as <see cref="LogSize"/> counts them.</param>
/// <param name="MaxAge">For how long a change is kept.</param>
public sealed record LogLimits(long MaxChanges, long MaxBytes, TimeSpan MaxAge)
{
    public const long LeastBytes = 1024;
    public const long MostBytes = long.MaxValue / 2;

    /// <summary>Up to which revision the log may be let go, whatever the other limits say: the rest is not in the audit trail yet.</summary>
    public long Recorded { get; init; } = long.MaxValue;

    public static LogLimits Default { get; } = new(100_000, 100 * 1024 * 1024, TimeSpan.FromDays(7));

    /// <summary>What was logged before this moment is too old.</summary>
    public DateTimeOffset OldestKept(DateTimeOffset now) => MaxAge < now - DateTimeOffset.MinValue ? now - MaxAge : DateTimeOffset.MinValue;

    public bool AreExceededBy(LogSize size) => size.Changes > MaxChanges || size.Bytes > MaxBytes;

    /// <summary>Exceeded by so much that trimming pays: a transaction for each change over the limit would cost as much as the change.</summary>
    public bool AreFarExceededBy(LogSize size) => size.Changes > MaxChanges + (MaxChanges / 32) || size.Bytes > MaxBytes + (MaxBytes / 32);

    /// <summary>When a log whose oldest change is of that moment has become so old that trimming pays.</summary>
    public DateTimeOffset DueFor(DateTimeOffset oldest)
    {
        var slack = MaxAge / 32;
        return MaxAge < DateTimeOffset.MaxValue - oldest - slack ? oldest + MaxAge + slack : DateTimeOffset.MaxValue;
    }
}

/// <summary>What a log takes, counted from its oldest revision on.</summary>
/// <param name="Changes">How many changes it has.</param>
/// <param name="Bytes">What they take: subjects, values and metadata in UTF-8, and a fixed sum for everything else of a change.</param>
public readonly record struct LogSize(long Changes, long Bytes);

/// <summary>What a trimming came to.</summary>
/// <param name="OldestRevision">The lowest revision whose changes are all in the log now.</param>
/// <param name="Dropped">How many changes left the log.</param>
/// <param name="OldestTime">When the oldest change of the log was made; null: the log is empty.</param>
/// <param name="HasMore">Whether the log is still beyond its limits.</param>
public readonly record struct LogTrim(long OldestRevision, long Dropped, DateTimeOffset? OldestTime, bool HasMore);
