namespace Syntha.Client;

/// <summary>A topic and its subscribers. Immutable.</summary>
public sealed class ContextTopic
{
    internal ContextTopic(V1.Topic wire)
    {
        Name = wire.Name;
        Subscribers = [.. wire.Subscribers];
    }

    /// <summary>The topic's name.</summary>
    public string Name { get; }

    /// <summary>
    /// The agents that are subscribed to the topic, in the order in which they subscribed. Empty for a topic that only items carry.
    /// </summary>
    public IReadOnlyList<string> Subscribers { get; }
}
