namespace Syntha.Storage.Audit;

/// <summary>The result of an append.</summary>
/// <param name="Records">The entries as they are stored, in their order.</param>
/// <param name="Passed">The users of which another node had moved the mark. Nothing was recorded for them here.</param>
public sealed record AuditAppend(IReadOnlyList<AuditRecord> Records, IReadOnlyList<UserId> Passed);
