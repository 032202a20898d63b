namespace Syntha.Mesh.State;

/// <summary>An agent among the subscribers of a topic, which are listed in the order in which they subscribed.</summary>
internal readonly record struct TopicSubscriber(ChangePlace Since, AgentName Agent) : IComparable<TopicSubscriber>
{
    public int CompareTo(TopicSubscriber other) => Since != other.Since ? Since.CompareTo(other.Since) : Agent.CompareTo(other.Agent);
}
