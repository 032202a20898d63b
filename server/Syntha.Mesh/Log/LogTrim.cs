namespace Syntha.Mesh.Log;

/// <summary>What a trimming came to.</summary>
/// <param name="OldestRevision">The lowest revision whose changes are all in the log now.</param>
/// <param name="Dropped">How many changes left the log.</param>
/// <param name="OldestTime">When the oldest change of the log was made; null: the log is empty.</param>
/// <param name="HasMore">Whether the log is still beyond its limits.</param>
public readonly record struct LogTrim(long OldestRevision, long Dropped, DateTimeOffset? OldestTime, bool HasMore);
