namespace Syntha.Mesh.Access;

/// <summary>The tools, in the order in which they are listed. Every call of an agent counts as the use of one of them.</summary>
public enum Tool
{
    GetContext,
    PushContext,
    ListContext,
    SubscribeToTopics,
    UnsubscribeFromTopics,
    DiscoverTopics,
    DeleteTopic,
    UpdateContext,
    Claim,
    Release,
}
