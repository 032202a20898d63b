using Syntha.Mesh.Access;

namespace Syntha.Mesh.Items;

/// <summary>What a mesh stores about an agent. Without anything to store, an agent has no record. Immutable.</summary>
public sealed record AgentRecord(AgentName Name)
{
    // A shorter list is searched as fast by going through it. A longer one has a set, because a look at many items asks for each topic.
    private const int MaxSearched = 8;

    private SubscribedTopics? index;

    /// <summary>In the order of the agent's list.</summary>
    public ImmutableArray<Subscription> Subscriptions { get; init; } = [];

    /// <summary>Null: the agent may post anything.</summary>
    public PostPermissions? Permissions { get; init; }

    /// <summary>Null: the agent may use the standard tools.</summary>
    public AgentAccess? Access { get; init; }

    public bool IsEmpty => Subscriptions.IsEmpty && Permissions is null && Access is null;

    public IEnumerable<TopicName> Topics => Subscriptions.Select(subscription => subscription.Topic);

    /// <summary>An estimate of its characters: all names, and a few characters for each.</summary>
    public long Length =>
        Topics.Concat(Permissions?.Topics ?? []).Sum(topic => 8L + topic.Value.Length) +
        (Access is null ? 0 : 1024L + (Access.Role?.Length ?? 0));

    public bool IsSubscribedTo(TopicName topic)
    {
        if (Subscriptions.Length > MaxSearched)
        {
            return Index().Topics.Contains(topic);
        }

        foreach (var subscription in Subscriptions)
        {
            if (subscription.Topic == topic)
            {
                return true;
            }
        }
        return false;
    }

    public bool Equals(AgentRecord? other) =>
        other is not null && Name == other.Name && Equals(Permissions, other.Permissions) && Equals(Access, other.Access) &&
        Subscriptions.SequenceEqual(other.Subscriptions);

    public override int GetHashCode() => HashCode.Combine(Name, Subscriptions.Length);

    // A copy of the record that has other subscriptions brings the set of the former ones along.
    private SubscribedTopics Index()
    {
        var present = Volatile.Read(ref index);
        if (present is null || present.Of != Subscriptions)
        {
            present = new(Subscriptions, [.. Topics]);
            Volatile.Write(ref index, present);
        }
        return present;
    }

    private sealed record SubscribedTopics(ImmutableArray<Subscription> Of, HashSet<TopicName> Topics);
}

/// <summary>A topic that an agent is subscribed to.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Since">The place in the log where it subscribed. The subscribers of a topic are listed in this order.</param>
public readonly record struct Subscription(TopicName Topic, ChangePlace Since);
