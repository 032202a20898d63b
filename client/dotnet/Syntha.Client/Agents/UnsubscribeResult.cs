namespace Syntha.Client;

/// <summary>The result of an agent's unsubscription. Immutable.</summary>
public sealed class UnsubscribeResult
{
    internal UnsubscribeResult(V1.UnsubscribeFromTopicsResponse wire)
    {
        TopicsUnsubscribed = [.. wire.UnsubscribedTopics];
        TopicsNotSubscribed = [.. wire.NotSubscribedTopics];
        RemainingTopics = [.. wire.Topics];
    }

    /// <summary>Topics of the request that the agent was subscribed to and is no longer.</summary>
    public IReadOnlyList<string> TopicsUnsubscribed { get; }

    /// <summary>Topics of the request that the agent was not subscribed to.</summary>
    public IReadOnlyList<string> TopicsNotSubscribed { get; }

    /// <summary>The agent's topics now, in the order of subscription.</summary>
    public IReadOnlyList<string> RemainingTopics { get; }
}
