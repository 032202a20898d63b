namespace Syntha.Mesh.Following;

/// <summary>A change as one subscriber sees it.</summary>
/// <param name="Kind">What happened, seen from the view.</param>
/// <param name="Change">The change of the log.</param>
/// <param name="Item">The item after it, where the kind has one.</param>
/// <param name="IsExpired">Whether the item has expired since, so that its value is not told any more.</param>
public readonly record struct FeedChange(FeedKind Kind, Change Change, ContextItem? Item, bool IsExpired);

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
