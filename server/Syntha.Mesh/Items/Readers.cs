namespace Syntha.Mesh.Items;

/// <summary>
/// Who may read an item: its routing and its author. The one place that decides about reading, for gets, lists, statistics, prompts and
/// streams alike; expiry is the item's own matter. Immutable.
/// </summary>
public sealed record Readers(AgentName? Author, ImmutableArray<TopicName> Topics, ImmutableArray<AgentName> Subscribers)
{
    /// <summary>Global and written by the owner, as most items are.</summary>
    public static Readers Everyone { get; } = new(null, [], []);

    public bool IsGlobal => Topics.IsEmpty && Subscribers.IsEmpty;

    /// <param name="agent">The agent that wants to read.</param>
    /// <param name="subscriptions">What the agent is subscribed to now; null where it has no record.</param>
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
