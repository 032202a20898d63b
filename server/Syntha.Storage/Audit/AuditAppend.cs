namespace Syntha.Storage.Audit;

/// <summary>What an append came to.</summary>
/// <param name="Records">The entries as they are kept now, in their order.</param>
/// <param name="Passed">Users whose mark had moved: nothing was recorded for them here.</param>
public sealed record AuditAppend(IReadOnlyList<AuditRecord> Records, IReadOnlyList<UserId> Passed);
