namespace Syntha.Client;

/// <summary>What an agent's unsubscription came to. Immutable.</summary>
public sealed class UnsubscribeResult
{
    internal UnsubscribeResult(V1.ToolHandlerUnsubscribeFromTopicsResponse wire)
    {
        TopicsUnsubscribed = [.. wire.TopicsUnsubscribed];
        TopicsNotSubscribed = [.. wire.TopicsNotSubscribed];
        RemainingTopics = [.. wire.RemainingTopics];
    }

    /// <summary>Topics that the agent was subscribed to and no longer is.</summary>
    public IReadOnlyList<string> TopicsUnsubscribed { get; }

    /// <summary>Topics of the request that it was not subscribed to.</summary>
    public IReadOnlyList<string> TopicsNotSubscribed { get; }

    /// <summary>The agent's topics now, in order of subscription.</summary>
    public IReadOnlyList<string> RemainingTopics { get; }
}
