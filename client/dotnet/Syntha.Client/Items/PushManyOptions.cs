namespace Syntha.Client;

/// <summary>What a push of several items may carry. Immutable.</summary>
public sealed record PushManyOptions : WriteOptions
{
    /// <summary>
    /// The guard on a claim: the caller holds it, see <see cref="ClaimHandle.Token"/>. <see langword="null"/> (default): none. A claim that
    /// is lost throws <see cref="SynthaConflictException"/>, and nothing is written. The client first asks the server, once, whether it
    /// knows claims.
    /// </summary>
    public ClaimToken? IfClaim { get; init; }
}
