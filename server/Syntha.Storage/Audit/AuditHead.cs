namespace Syntha.Storage.Audit;

/// <summary>How far a chain reaches.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Sequence">Of its last entry; 0: it has none yet.</param>
/// <param name="Hash">Of its last entry.</param>
public sealed record AuditHead(string Chain, long Sequence, byte[] Hash);
