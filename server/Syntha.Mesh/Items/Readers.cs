namespace Syntha.Mesh.Items;

/// <summary>
/// The readers of an item, by its routing and its author. Only this type decides who may read, for gets, lists, statistics, prompts and
/// streams alike. The state lists items by the same conditions (State/Audience). Expiry is decided by the item. Immutable.
/// </summary>
public sealed record Readers(AgentName? Author, ImmutableArray<TopicName> Topics, ImmutableArray<AgentName> Subscribers)
{
    /// <summary>All agents, of an item that the owner wrote. Most items have these readers.</summary>
    public static Readers Everyone { get; } = new(null, [], []);

    public bool IsGlobal => Topics.IsEmpty && Subscribers.IsEmpty;

    /// <param name="agent">The agent that wants to read.</param>
    /// <param name="subscriptions">The record with the agent's current subscriptions. Null: it has none.</param>
    public bool Admit(AgentName agent, AgentRecord? subscriptions)
    {
        if (IsGlobal || Author == agent || Subscribers.Contains(agent))
        {
            return true;
        }

        if (subscriptions is null)
        {
            return false;
        }

        foreach (var topic in Topics)
        {
            if (subscriptions.IsSubscribedTo(topic))
            {
                return true;
            }
        }
        return false;
    }

    public bool Equals(Readers? other) =>
        other is not null && Author == other.Author && Topics.SequenceEqual(other.Topics) && Subscribers.SequenceEqual(other.Subscribers);

    public override int GetHashCode() => HashCode.Combine(Author, Topics.Length, Subscribers.Length);
}
