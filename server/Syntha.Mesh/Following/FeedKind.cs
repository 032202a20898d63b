namespace Syntha.Mesh.Following;

/// <summary>What happened to an item, seen from one view.</summary>
public enum FeedKind
{
    Created,
    Updated,
    Removed,
    Expired,

    /// <summary>Routed anew, and part of the view now.</summary>
    EnteredView,

    /// <summary>Routed anew, and no longer part of the view. Only the key is told: no agent keeps what it may not see.</summary>
    LeftView,

    AgentChanged,
}
