namespace Syntha.Storage.Records;

/// <summary>What has changed since a revision; possibly, some of it is known already.</summary>
/// <param name="Revision">The revision to ask after the next time.</param>
/// <param name="Keys">Keys as they are now, in the order in which they changed.</param>
/// <param name="Quotas">Quotas as they are now.</param>
public sealed record RecordChanges(long Revision, IReadOnlyList<KeyRecord> Keys, IReadOnlyList<QuotaRecord> Quotas);
