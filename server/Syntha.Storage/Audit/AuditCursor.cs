namespace Syntha.Storage.Audit;

/// <summary>
/// A position in a list of entries. The list is in the order of time; entries of one moment are in the order of chain and sequence.
/// </summary>
public readonly record struct AuditCursor(DateTimeOffset Time, string Chain, long Sequence);
