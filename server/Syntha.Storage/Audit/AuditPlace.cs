namespace Syntha.Storage.Audit;

/// <summary>A place in a list of entries, which goes by time; entries of one moment by chain and sequence.</summary>
public readonly record struct AuditPlace(DateTimeOffset Time, string Chain, long Sequence);
