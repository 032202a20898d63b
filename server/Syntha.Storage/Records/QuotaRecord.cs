using Syntha.Mesh.Quotas;

namespace Syntha.Storage.Records;

/// <summary>What an operator has set for one user. Immutable.</summary>
/// <param name="User">The user.</param>
/// <param name="Quotas">How much it may hold, where that differs.</param>
/// <param name="CallsPerSecond">How often it may call a node; null: as everybody.</param>
public sealed record QuotaRecord(UserId User, QuotaOverride Quotas, long? CallsPerSecond);
