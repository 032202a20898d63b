namespace Syntha.Mesh.Following;

/// <summary>A change as one subscriber sees it.</summary>
/// <param name="Kind">What happened, seen from the view.</param>
/// <param name="Change">The change of the log.</param>
/// <param name="Item">The item after it, where the kind has one.</param>
/// <param name="IsExpired">Whether the item has expired since, so that its value is not told any more.</param>
public readonly record struct FeedChange(FeedKind Kind, Change Change, ContextItem? Item, bool IsExpired);
