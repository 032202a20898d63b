using System.Text.Json;

namespace Syntha.Client;

/// <summary>
/// Who a pushed item is for, how long it lives and under which condition it is written. Immutable. An item without topics and
/// subscribers is global: every agent of the user may read it.
/// </summary>
public sealed record PushOptions : WriteOptions
{
    /// <summary>
    /// Agents subscribed to one of these topics at the moment of a read may read the item. At most 1,000 topics of 1 to 512 bytes of
    /// UTF-8. Default: none.
    /// </summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>
    /// Agents that may read the item, besides those of the topics. At most 10,000 names of 1 to 512 bytes of UTF-8. Default: none.
    /// </summary>
    public IReadOnlyList<string> Subscribers { get; init; } = [];

    /// <summary>
    /// Time to live from the moment of the commit, by the store's clock; at most 10,000 years. Zero or negative: expired at once.
    /// <see langword="null"/> (default): never expires.
    /// </summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>
    /// <see langword="null"/> (default): write whatever is there. 0: the key must not exist (an expired item does not). Otherwise the
    /// item's revision must be this one. A condition that does not hold throws <see cref="SynthaConflictException"/>.
    /// </summary>
    public long? IfRevision { get; init; }

    /// <summary>
    /// Notes to keep with the item: a JSON object of at most 64 KiB. Every push replaces them. <see langword="null"/> (default): none.
    /// </summary>
    public JsonElement? Metadata { get; init; }
}
