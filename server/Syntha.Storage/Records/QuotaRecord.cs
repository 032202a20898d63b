using Syntha.Mesh.Quotas;

namespace Syntha.Storage.Records;

/// <summary>The limits that an operator set for one user. Immutable.</summary>
/// <param name="User">The user.</param>
/// <param name="Quotas">How much the user may store, where that differs from the default.</param>
/// <param name="CallsPerSecond">How often the user may call a node. Null: as often as the default allows.</param>
public sealed record QuotaRecord(UserId User, QuotaOverride Quotas, long? CallsPerSecond)
{
    /// <summary>The record of a user for whom nothing was set.</summary>
    public static QuotaRecord Usual(UserId user) => new(user, new(), CallsPerSecond: null);
}
