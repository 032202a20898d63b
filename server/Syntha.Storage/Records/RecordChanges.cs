namespace Syntha.Storage.Records;

/// <summary>What changed since a revision. The reader may know some of it already.</summary>
/// <param name="Revision">The revision to read after, the next time.</param>
/// <param name="Keys">The changed keys as they are now, in the order in which they changed.</param>
/// <param name="Quotas">The changed quotas as they are now.</param>
/// <param name="Erasures">The users that were erased.</param>
/// <param name="ErasureSecret">The secret of their hashes. Empty: nothing was erased.</param>
public sealed record RecordChanges(
    long Revision, IReadOnlyList<ApiKeyRecord> Keys, IReadOnlyList<QuotaRecord> Quotas, IReadOnlyList<ErasureRecord> Erasures,
    ReadOnlyMemory<byte> ErasureSecret);
