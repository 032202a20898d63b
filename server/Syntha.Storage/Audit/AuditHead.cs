namespace Syntha.Storage.Audit;

/// <summary>The end of a chain.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Sequence">The number of the last entry. 0: the chain has none yet.</param>
/// <param name="Hash">The hash of the last entry.</param>
public sealed record AuditHead(string Chain, long Sequence, byte[] Hash);
