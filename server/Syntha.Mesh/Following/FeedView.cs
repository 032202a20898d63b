namespace Syntha.Mesh.Following;

/// <summary>
/// The items of a feed: those that its subscriber may read with its current subscriptions and that the filter selects. Immutable. When the
/// subscriber's own subscriptions change, the feed starts again with another view.
/// </summary>
internal sealed class FeedView(AgentName? agent, AgentRecord? record, FeedFilter filter)
{
    public FeedView With(AgentRecord? current) => ReferenceEquals(current, record) ? this : new(agent, current, filter);

    /// <summary>The change as this view sees it. Null: the item belongs to the view neither before nor after it.</summary>
    public FeedChange? See(Change change, DateTimeOffset now)
    {
        // A key is matched once for the change. The routing before and after it may differ; the key does not.
        var kind = change.Kind == ChangeKind.AgentChanged ? KindOfAgents()
            : filter.Items.AdmitsKey(change.Subject) ? KindOf(change)
            : null;
        if (kind is not { } seen || !filter.Delivers(seen))
        {
            return null;
        }

        var item = seen is FeedKind.Created or FeedKind.Updated or FeedKind.EnteredView ? change.Item : null;
        return new(seen, change, item, item is not null && !item.IsLive(now));
    }

    /// <summary>Whether the change alters what the subscriber may see or post. Then the feed must start again.</summary>
    public bool IsVoidedBy(Change change) => change.Kind == ChangeKind.AgentChanged && agent is { } own && change.Subject == own.Value;

    private FeedKind? KindOfAgents() => filter.IncludesAgents && agent is null ? FeedKind.AgentChanged : null;

    private FeedKind? KindOf(Change change) => change.Kind switch
    {
        ChangeKind.Created when Holds(change.Item!.Readers) => FeedKind.Created,
        ChangeKind.Updated => (Holds(change.Before!), Holds(change.Item!.Readers)) switch
        {
            (true, true) => FeedKind.Updated,
            (false, true) => FeedKind.EnteredView,
            (true, false) => FeedKind.LeftView,
            _ => null,
        },
        ChangeKind.Removed when Holds(change.Before!) => FeedKind.Removed,
        ChangeKind.Expired when Holds(change.Before!) => FeedKind.Expired,
        ChangeKind.Redacted when Holds(change.Before!) => FeedKind.Redacted,
        _ when change.Claim is { } claim && filter.IncludesClaims && !change.IsQuiet => KindOf(change, claim),
        _ => null,
    };

    private FeedKind? KindOf(Change change, ClaimRecord claim) => change.Kind switch
    {
        ChangeKind.Claimed when Holds(claim.Readers) => FeedKind.Claimed,
        ChangeKind.ClaimRenewed when Holds(claim.Readers) => FeedKind.Renewed,
        ChangeKind.ClaimReleased when Holds(change.Before!) => FeedKind.Released,
        ChangeKind.ClaimExpired when Holds(change.Before!) => FeedKind.ClaimExpired,
        _ => null,
    };

    private bool Holds(Readers readers) =>
        filter.Items.AdmitsTopics(readers) && (agent is not { } reader || readers.Admit(reader, record));
}
