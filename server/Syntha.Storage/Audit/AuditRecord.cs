namespace Syntha.Storage.Audit;

/// <summary>An entry at its place in a chain.</summary>
/// <param name="Chain">The chain, which is a node's.</param>
/// <param name="Sequence">Its place: 1, 2, 3, … without a gap.</param>
/// <param name="Entry">What it says.</param>
/// <param name="Hash">As <see cref="AuditHash"/> makes it from all of that and the hash before.</param>
public sealed record AuditRecord(string Chain, long Sequence, AuditEntry Entry, byte[] Hash)
{
    public AuditHead Head => new(Chain, Sequence, Hash);
}
