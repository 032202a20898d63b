namespace Syntha.Storage.Audit;

/// <summary>An entry with its position in a chain.</summary>
/// <param name="Chain">The chain. Each node has its own.</param>
/// <param name="Sequence">The position: 1, 2, 3, … without a gap.</param>
/// <param name="Entry">The entry.</param>
/// <param name="Hash">The hash that <see cref="AuditHash"/> makes from all of that and the previous hash.</param>
public sealed record AuditRecord(string Chain, long Sequence, AuditEntry Entry, byte[] Hash)
{
    public AuditHead Head => new(Chain, Sequence, Hash);
}
