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
