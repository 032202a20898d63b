namespace Syntha.Client;

/// <summary>A topic and who listens to it. Immutable.</summary>
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
    /// Agents that are subscribed to it, in order of subscription. Empty for a topic that only items carry.
    /// </summary>
    public IReadOnlyList<string> Subscribers { get; }
}
