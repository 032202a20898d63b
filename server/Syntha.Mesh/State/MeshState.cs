using Syntha.Mesh.Stores;

namespace Syntha.Mesh.State;

/// <summary>
/// One user's mesh at one revision. Immutable, so that readers need no lock: they take the current state and keep it as long as they like.
/// A new state is made only by folding changes into an old one. The room State uses Stores and the rooms below it.
/// </summary>
internal sealed class MeshState
{
    private static readonly ImmutableSortedSet<ContextKey> NoKeys = [];

    public required Position Position { get; init; }

    public required long OldestRevision { get; init; }

    /// <summary>
    /// Live items, and items that are due without a logged expiry. So a reader must ask <see cref="ContextItem.IsLive"/>.
    /// </summary>
    public required ImmutableDictionary<ContextKey, ContextItem> Items { get; init; }

    /// <summary>Items with a logged expiry that are not purged yet. Their keys are not in <see cref="Items"/>.</summary>
    public required ImmutableDictionary<ContextKey, ExpiredItem> Expired { get; init; }

    /// <summary>The keys of <see cref="Items"/> in byte order.</summary>
    public required ImmutableSortedSet<ContextKey> Keys { get; init; }

    /// <summary>
    /// The keys of each audience in byte order. So the cost of a list depends only on the items that its reader may read.
    /// </summary>
    public required ImmutableDictionary<Audience, ImmutableSortedSet<ContextKey>> Audiences { get; init; }

    public required ImmutableSortedSet<Deadline> Deadlines { get; init; }

    public required ImmutableDictionary<AgentName, AgentRecord> Agents { get; init; }

    public required ImmutableDictionary<TopicName, ImmutableSortedSet<TopicSubscriber>> Subscribers { get; init; }

    /// <summary>The number of all entries in <see cref="Audiences"/>. An item has one for each of its topics and subscribers.</summary>
    public required long Listings { get; init; }

    /// <summary>Bytes of <see cref="Items"/>.</summary>
    public required long Bytes { get; init; }

    /// <summary>
    /// The bytes of memory that changes have replaced since the first state of this mesh in memory, by an estimate. Of two states, the
    /// older one keeps no more in memory beyond the newer one than the difference.
    /// </summary>
    public required long Replaced { get; init; }

    /// <summary>
    /// The revision of the last redaction since this mesh was loaded into memory. 0: none. What was read from the log before it may hold a
    /// value that is gone.
    /// </summary>
    public required long Redacted { get; init; }

    /// <summary>
    /// An estimate of its memory, in bytes: text in memory has two bytes a character, and each item its entries in lists.
    /// </summary>
    public long MemoryBytes =>
        (2 * Bytes) + (640L * Items.Count) + (128L * Listings) + (256L * (Expired.Count + Agents.Count)) +
        Claims.MemoryBytes;

    /// <summary>
    /// The claims that are held, and those that are due without a logged end. So a reader must ask <see cref="ClaimRecord.FindHold"/>.
    /// </summary>
    public required ClaimIndex Claims { get; init; }

    /// <summary>The topics that have a subscriber, or that one of <see cref="Items"/> carries, in byte order.</summary>
    public required ImmutableSortedSet<TopicName> Topics { get; init; }

    /// <summary>The mesh of a user without a store.</summary>
    public static MeshState Empty { get; } = Load(new StoredMesh(Position.Empty, 1, [], [], []));

    public static MeshState Load(StoredMesh stored)
    {
        var fold = new MeshFold(stored.Position, stored.OldestRevision);
        foreach (var item in stored.Items)
        {
            fold.PutItem(item);
        }

        foreach (var expired in stored.Expired)
        {
            fold.PutExpired(expired);
        }

        foreach (var agent in stored.Agents)
        {
            fold.PutAgent(agent);
        }

        foreach (var claim in stored.Claims)
        {
            fold.PutClaim(claim);
        }

        return fold.ToState(stored.Position);
    }

    /// <summary>The same state after the log has lost its old end.</summary>
    public MeshState WithOldest(long oldestRevision) => new()
    {
        Position = Position,
        OldestRevision = oldestRevision,
        Items = Items,
        Expired = Expired,
        Keys = Keys,
        Audiences = Audiences,
        Deadlines = Deadlines,
        Agents = Agents,
        Subscribers = Subscribers,
        Listings = Listings,
        Bytes = Bytes,
        Replaced = Replaced,
        Claims = Claims,
        Redacted = Redacted,
        Topics = Topics,
    };

    public ImmutableSortedSet<ContextKey> KeysOf(Audience audience) => Audiences.GetValueOrDefault(audience, NoKeys);

    /// <summary>Whether one of <see cref="Items"/> has expired by then.</summary>
    public bool HasDue(DateTimeOffset now) => !Deadlines.IsEmpty && Deadlines.Min.At <= now;

    /// <summary>The next moment at which something ends: an item, a claim, or a place in a line. Null: none does.</summary>
    public DateTimeOffset? NextEnd =>
        Deadlines.IsEmpty ? Claims.NextEnd
        : Claims.NextEnd is { } end && end < Deadlines.Min.At ? end
        : Deadlines.Min.At;

    /// <summary>How many of <see cref="Items"/> have expired by then. It does not look at each of them.</summary>
    public int CountDue(DateTimeOffset now) =>
        Deadlines.IndexOf(new(now.AddTicks(1), ContextKey.Trusted(""))) is var place && place < 0 ? ~place : place;

    /// <summary>All <see cref="Items"/> that have expired by then.</summary>
    public IEnumerable<ContextItem> Due(DateTimeOffset now) =>
        Deadlines.TakeWhile(deadline => deadline.At <= now).Select(deadline => Items[deadline.Key]);

    /// <summary>The item under a key, if it is live at that moment. Does not ask who may read it.</summary>
    public ContextItem? FindLive(ContextKey key, DateTimeOffset now) =>
        Items.TryGetValue(key, out var item) && item.IsLive(now) ? item : null;
}

/// <summary>The moment at which an item's expiry is due.</summary>
internal readonly record struct Deadline(DateTimeOffset At, ContextKey Key) : IComparable<Deadline>
{
    public int CompareTo(Deadline other) => At != other.At ? At.CompareTo(other.At) : Key.CompareTo(other.Key);
}

/// <summary>A subscriber of a topic. Subscribers are listed in the order in which they subscribed.</summary>
internal readonly record struct TopicSubscriber(ChangePlace Since, AgentName Agent) : IComparable<TopicSubscriber>
{
    public int CompareTo(TopicSubscriber other) => Since != other.Since ? Since.CompareTo(other.Since) : Agent.CompareTo(other.Agent);
}
