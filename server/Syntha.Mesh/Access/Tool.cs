namespace Syntha.Mesh.Access;

/// <summary>What an agent may be allowed to do, in the order in which tools are listed. Every call of an agent counts as one of these.</summary>
public enum Tool
{
    GetContext,
    PushContext,
    ListContext,
    SubscribeToTopics,
    UnsubscribeFromTopics,
    DiscoverTopics,
    DeleteTopic,
}
