namespace Syntha.Mesh.Items;

/// <summary>What a restricted agent may post. An agent without such permissions may post anything. Immutable.</summary>
public sealed record PostPermissions(ImmutableArray<TopicName> Topics, bool MayPostGlobal, bool MayPostDirect)
{
    private TopicIndex? index;

    /// <summary>Checks the routing of an item that the agent writes, replaces or removes.</summary>
    /// <exception cref="MeshException">ROUTING_NOT_ALLOWED.</exception>
    public void Demand(AgentName agent, Readers routing)
    {
        foreach (var topic in routing.Topics)
        {
            if (!TopicIndex.Has(Topics, ref index, topic))
            {
                throw Refusal(agent, $"to the topic '{topic}'", topic.Value);
            }
        }
        if (routing.IsGlobal && !MayPostGlobal)
        {
            throw Refusal(agent, "to all agents; name a topic that it may post to", null);
        }

        if (!routing.Subscribers.IsEmpty && !MayPostDirect)
        {
            throw Refusal(agent, "to agents by name", null);
        }
    }

    /// <summary>Whether <see cref="Demand"/> would refuse nothing.</summary>
    public bool Allows(Readers routing)
    {
        foreach (var topic in routing.Topics)
        {
            if (!TopicIndex.Has(Topics, ref index, topic))
            {
                return false;
            }
        }

        return (!routing.IsGlobal || MayPostGlobal) && (routing.Subscribers.IsEmpty || MayPostDirect);
    }

    public bool Equals(PostPermissions? other) =>
        other is not null && MayPostGlobal == other.MayPostGlobal && MayPostDirect == other.MayPostDirect &&
        Topics.SequenceEqual(other.Topics);

    public override int GetHashCode() => HashCode.Combine(MayPostGlobal, MayPostDirect, Topics.Length);

    private static MeshException Refusal(AgentName agent, string where, string? topic)
    {
        var refusal = new MeshException(ErrorReason.RoutingNotAllowed, $"The agent '{agent}' may not post {where}.");
        if (topic is not null)
        {
            refusal.Metadata["topic"] = topic;
        }

        return refusal;
    }
}
