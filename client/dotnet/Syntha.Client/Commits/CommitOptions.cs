namespace Syntha.Client;

/// <summary>What a commit may carry. Immutable.</summary>
public sealed record CommitOptions : WriteOptions
{
    /// <summary>
    /// Guards on keys that the operations need not touch: key and revision. 0: there must be no item that the caller can read. Otherwise
    /// the item's revision must be this one. When one does not hold, nothing is done, and <see cref="SynthaConflictException"/> is thrown.
    /// Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, long> Guards { get; init; } = new Dictionary<string, long>();

    /// <summary>
    /// The guard on a claim: the caller holds it, see <see cref="ClaimHandle.Token"/>. <see langword="null"/> (default): none. A claim that
    /// is lost throws <see cref="SynthaConflictException"/>, and nothing is written. The client first asks the server, once, whether it
    /// knows claims.
    /// </summary>
    public ClaimToken? IfClaim { get; init; }
}
