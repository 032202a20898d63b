namespace Syntha.Mesh.Following;

/// <summary>A change as one subscriber sees it.</summary>
/// <param name="Kind">What happened, as the view sees it.</param>
/// <param name="Change">The change of the log.</param>
/// <param name="Item">The item after the change, if the kind has one.</param>
/// <param name="IsExpired">Whether the item has expired since. Then its value is not delivered.</param>
public readonly record struct FeedChange(FeedKind Kind, Change Change, ContextItem? Item, bool IsExpired);

/// <summary>What happened to an item, as one view sees it.</summary>
public enum FeedKind
{
    Created,
    Updated,
    Removed,
    Expired,

    /// <summary>The item has a new routing, and is part of the view now.</summary>
    EnteredView,

    /// <summary>The item has a new routing, and is not part of the view any more. Only the key is delivered.</summary>
    LeftView,

    AgentChanged,

    /// <summary>The claim has a new holder.</summary>
    Claimed,

    /// <summary>The claim goes on with its holder: the lease was renewed, or the line has changed.</summary>
    Renewed,

    /// <summary>The holder has the claim no longer, because it was given back, handed over or taken back.</summary>
    Released,
    ClaimExpired,
    /// <summary>A former version of the item has lost its value. Which one is delivered.</summary>
    Redacted,
}
