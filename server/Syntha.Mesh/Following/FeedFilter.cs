using Syntha.Mesh.Reading;

namespace Syntha.Mesh.Following;

/// <summary>Selects the changes of a feed, among those that its subscriber may read.</summary>
/// <param name="Items">Selects the items.</param>
/// <param name="Kinds">Only changes of these kinds. Empty: all. The kinds do not decide which items belong to the view.</param>
/// <param name="IncludesAgents">Whether changes of agents are delivered. Only for the owner.</param>
/// <param name="IncludesClaims">Whether changes of claims are delivered. Their names are matched as keys are.</param>
public sealed record FeedFilter(ItemFilter Items, ImmutableArray<FeedKind> Kinds, bool IncludesAgents, bool IncludesClaims = false)
{
    internal bool Delivers(FeedKind kind) => Kinds.IsEmpty || Kinds.Contains(kind);
}
