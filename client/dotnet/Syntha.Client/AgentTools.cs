namespace Syntha.Client;

/// <summary>The names of the seven tools.</summary>
public static class AgentTools
{
    /// <summary>Reads items.</summary>
    public const string GetContext = "get_context";

    /// <summary>Writes an item, and what removes items counts as it.</summary>
    public const string PushContext = "push_context";

    /// <summary>Lists keys.</summary>
    public const string ListContext = "list_context";

    /// <summary>Subscribes to topics.</summary>
    public const string SubscribeToTopics = "subscribe_to_topics";

    /// <summary>Gives topics up.</summary>
    public const string UnsubscribeFromTopics = "unsubscribe_from_topics";

    /// <summary>Lists topics.</summary>
    public const string DiscoverTopics = "discover_topics";

    /// <summary>Deletes a topic for all agents.</summary>
    public const string DeleteTopic = "delete_topic";

    /// <summary>All of them, in the order in which the server lists them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [GetContext, PushContext, ListContext, SubscribeToTopics, UnsubscribeFromTopics, DiscoverTopics, DeleteTopic];
}
