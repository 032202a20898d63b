namespace Syntha.Client;

/// <summary>What a removal may carry. Immutable.</summary>
public sealed record RemoveOptions : WriteOptions
{
    /// <summary>
    /// The guard. <see langword="null"/> (default): the item is removed in any case. 0: the key must not exist. Otherwise: the item's
    /// revision must be this one. A guard that does not hold throws <see cref="SynthaConflictException"/>.
    /// </summary>
    public long? IfRevision { get; init; }

    /// <summary>
    /// The guard on a claim: the caller holds it, see <see cref="ClaimHandle.Token"/>. <see langword="null"/> (default): none. A claim that
    /// is lost throws <see cref="SynthaConflictException"/>, and nothing is written. The client first asks the server, once, whether it
    /// knows claims.
    /// </summary>
    public ClaimToken? IfClaim { get; init; }
}
