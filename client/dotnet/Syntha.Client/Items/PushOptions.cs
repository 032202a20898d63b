using System.Text.Json;

namespace Syntha.Client;

/// <summary>
/// The readers of a pushed item, its time to live, and the guard under which it is written. An item without topics and subscribers is
/// global: every agent of the user may read it. Immutable.
/// </summary>
public sealed record PushOptions : WriteOptions
{
    /// <summary>
    /// An agent that is subscribed to one of these topics when it reads may read the item. At most 1,000 topics of 1 to 512 bytes of UTF-8.
    /// Default: none.
    /// </summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>
    /// Agents that may read the item besides those of the topics. At most 10,000 names of 1 to 512 bytes of UTF-8. Default: none.
    /// </summary>
    public IReadOnlyList<string> Subscribers { get; init; } = [];

    /// <summary>
    /// Time to live, counted from the commit by the store's clock. At most 10,000 years. Zero or negative: the item is expired at once.
    /// <see langword="null"/> (default): it never expires.
    /// </summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>
    /// The guard. <see langword="null"/> (default): the item is written in any case. 0: the key must not exist; an expired item does not
    /// exist. Otherwise: the item's revision must be this one. A guard that does not hold throws <see cref="SynthaConflictException"/>.
    /// </summary>
    public long? IfRevision { get; init; }

    /// <summary>
    /// Notes to keep with the item: a JSON object of at most 64 KiB. Every push replaces them. <see langword="null"/> (default): none.
    /// </summary>
    public JsonElement? Metadata { get; init; }

    /// <summary>
    /// The guard on a claim: the caller holds it, see <see cref="ClaimHandle.Token"/>. <see langword="null"/> (default): none. A claim that
    /// is lost throws <see cref="SynthaConflictException"/>, and nothing is written. The client first asks the server, once, whether it
    /// knows claims.
    /// </summary>
    public ClaimToken? IfClaim { get; init; }
}
