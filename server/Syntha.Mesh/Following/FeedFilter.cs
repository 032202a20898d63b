using Syntha.Mesh.Reading;

namespace Syntha.Mesh.Following;

/// <summary>What a feed is about, besides what its subscriber may read.</summary>
/// <param name="Items">Which items.</param>
/// <param name="Kinds">Only changes of these kinds; empty: all. Does not decide what belongs to the view.</param>
/// <param name="IncludesAgents">Whether changes of agents are delivered; for the owner only.</param>
public sealed record FeedFilter(ItemFilter Items, ImmutableArray<FeedKind> Kinds, bool IncludesAgents)
{
    internal bool Delivers(FeedKind kind) => Kinds.IsEmpty || Kinds.Contains(kind);
}
