namespace Syntha.Mesh.Items;

/// <summary>What is stored about an agent. An agent about which nothing is stored has no record. Immutable.</summary>
public sealed record AgentRecord(AgentName Name)
{
    /// <summary>In the order in which the agent's list gives them.</summary>
    public ImmutableArray<Subscription> Subscriptions { get; init; } = [];

    /// <summary>Null: unrestricted.</summary>
    public PostPermissions? Permissions { get; init; }

    public bool IsEmpty => Subscriptions.IsEmpty && Permissions is null;

    public IEnumerable<TopicName> Topics => Subscriptions.Select(subscription => subscription.Topic);

    public bool IsSubscribedTo(TopicName topic)
    {
        foreach (var subscription in Subscriptions)
        {
            if (subscription.Topic == topic)
                return true;
        }
        return false;
    }

    public bool Equals(AgentRecord? other) =>
        other is not null && Name == other.Name && Equals(Permissions, other.Permissions) &&
        Subscriptions.SequenceEqual(other.Subscriptions);

    public override int GetHashCode() => HashCode.Combine(Name, Subscriptions.Length);
}
