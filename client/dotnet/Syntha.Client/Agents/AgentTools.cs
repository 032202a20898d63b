namespace Syntha.Client;

/// <summary>The names of the tools that a model can call.</summary>
public static class AgentTools
{
    /// <summary>Reads items by key, pattern or topic.</summary>
    public const string GetContext = "get_context";

    /// <summary>Writes and removes items.</summary>
    public const string PushContext = "push_context";

    /// <summary>Lists keys.</summary>
    public const string ListContext = "list_context";

    /// <summary>Subscribes the agent to topics.</summary>
    public const string SubscribeToTopics = "subscribe_to_topics";

    /// <summary>Takes topics from the agent's subscriptions.</summary>
    public const string UnsubscribeFromTopics = "unsubscribe_from_topics";

    /// <summary>Lists topics and their subscribers.</summary>
    public const string DiscoverTopics = "discover_topics";

    /// <summary>Removes a topic with the items that carry it alone.</summary>
    public const string DeleteTopic = "delete_topic";

    /// <summary>Changes a part of a value. It is off until an agent's access names it.</summary>
    public const string UpdateContext = "update_context";

    /// <summary>Claims a name, so that no other agent works on it. It is off until an agent's access names it.</summary>
    public const string Claim = "claim";

    /// <summary>Gives back a claim. It is off until an agent's access names it.</summary>
    public const string Release = "release";

    /// <summary>The tools of an agent that nothing restricts: those of the Python package.</summary>
    public static IReadOnlyList<string> Standard { get; } =
        [GetContext, PushContext, ListContext, SubscribeToTopics, UnsubscribeFromTopics, DiscoverTopics, DeleteTopic];

    /// <summary>All tools, in the order in which the server lists them.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Standard, UpdateContext, Claim, Release];
}
