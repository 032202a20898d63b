using Syntha.Mesh.Following;

namespace Syntha.Mesh.Tests.Following;

/// <summary>The delivery for each way in which an item can come, go and get a new routing.</summary>
public sealed class FeedViewTests
{
    /// <summary>Routings, whether ann, who is subscribed to t, may read them, and the topics that they carry.</summary>
    private static readonly (Readers Readers, bool IsAnns, string Topics)[] Routings =
    [
        (Routed(), true, ""),
        (Routed(author: "ann"), true, ""),
        (Routed(author: "ann", topics: ["x"]), true, "x"),
        (Routed(topics: ["t"]), true, "t"),
        (Routed(topics: ["t", "x"]), true, "tx"),
        (Routed(topics: ["x"]), false, "x"),
        (Routed(to: ["ann"]), true, ""),
        (Routed(topics: ["x"], to: ["ann"]), true, "x"),
        (Routed(to: ["bob"]), false, ""),
        (Routed(author: "bob", topics: ["x"], to: ["bob"]), false, "x"),
        (Routed(author: "bob", topics: ["t"], to: ["bob"]), true, "t"),
    ];

    private static readonly AgentName Ann = AgentName.Parse("ann");

    private static readonly AgentRecord OfAnn = new(Ann) { Subscriptions = [new(TopicName.Parse("t"), new(1, 0))] };

    [Theory]
    [InlineData(false, "")]
    [InlineData(false, "t")]
    [InlineData(false, "x")]
    [InlineData(false, "tx")]
    [InlineData(true, "")]
    [InlineData(true, "t")]
    [InlineData(true, "x")]
    [InlineData(true, "tx")]
    public void See_EveryTransition_IsWhatItMeansToTheView(bool isAnn, string topics)
    {
        var view = View(isAnn, Feeds.Filter([.. topics.Select(topic => $"{topic}")]));
        bool Holds((Readers Readers, bool IsAnns, string Topics) routing) =>
            (!isAnn || routing.IsAnns) && (topics.Length == 0 || routing.Topics.Any(topics.Contains));

        foreach (var routing in Routings)
        {
            AssertSees(view, Change(ChangeKind.Created, null, routing.Readers), Holds(routing) ? FeedKind.Created : null);
            AssertSees(view, Change(ChangeKind.Removed, routing.Readers, null), Holds(routing) ? FeedKind.Removed : null);
            AssertSees(view, Change(ChangeKind.Expired, routing.Readers, null), Holds(routing) ? FeedKind.Expired : null);
            AssertSees(view, Change(ChangeKind.Purged, routing.Readers, null), null);
            foreach (var next in Routings)
            {
                FeedKind? expected = Holds(routing)
                    ? Holds(next) ? FeedKind.Updated : FeedKind.LeftView
                    : Holds(next) ? FeedKind.EnteredView : null;
                AssertSees(view, Change(ChangeKind.Updated, routing.Readers, next.Readers), expected);
            }
        }
    }

    [Fact]
    public void See_AgentsChanges_AreForTheOwnerWhoAsksForThem()
    {
        var change = Change(ChangeKind.AgentChanged, null, null) with { Agent = OfAnn };

        AssertSees(View(isAnn: false, Feeds.Filter(agents: true)), change, FeedKind.AgentChanged);
        AssertSees(View(isAnn: false, Feeds.Filter()), change, null);
        AssertSees(View(isAnn: true, Feeds.Filter(agents: true)), change, null);
    }

    [Fact]
    public void See_KeyOutsideTheFilter_IsNotPartOfTheView()
    {
        var view = View(isAnn: false, Feeds.Filter(prefix: "other"));

        AssertSees(view, Change(ChangeKind.Created, null, Routed()), null);
        AssertSees(view, Change(ChangeKind.Updated, Routed(), Routed()), null);
        AssertSees(view, Change(ChangeKind.Removed, Routed(), null), null);
    }

    [Fact]
    public void See_KindsAskedFor_DecideWhatIsToldAndNotWhatBelongsToTheView()
    {
        var (mine, hidden) = (Routed(to: ["ann"]), Routed(to: ["bob"]));
        (Change Change, FeedKind Kind)[] all =
        [
            (Change(ChangeKind.Created, null, mine), FeedKind.Created),
            (Change(ChangeKind.Updated, mine, mine), FeedKind.Updated),
            (Change(ChangeKind.Updated, hidden, mine), FeedKind.EnteredView),
            (Change(ChangeKind.Updated, mine, hidden), FeedKind.LeftView),
            (Change(ChangeKind.Removed, mine, null), FeedKind.Removed),
            (Change(ChangeKind.Expired, mine, null), FeedKind.Expired),
        ];
        foreach (var asked in all.Select(one => one.Kind))
        {
            foreach (var (change, kind) in all)
            {
                AssertSees(View(isAnn: true, Feeds.Filter(kinds: [asked])), change, kind == asked ? kind : null);
            }
        }
    }

    [Fact]
    public void See_ItemThatHasExpiredSince_IsMarked()
    {
        var change = Change(ChangeKind.Created, null, Routed());
        change = change with { Item = change.Item! with { ExpiresAt = TestMesh.Start } };
        var view = View(isAnn: true, Feeds.Filter());

        Assert.False(view.See(change, TestMesh.Start.AddTicks(-10))!.Value.IsExpired);
        Assert.True(view.See(change, TestMesh.Start)!.Value.IsExpired);
    }

    private static FeedView View(bool isAnn, FeedFilter filter) => isAnn ? new(Ann, OfAnn, filter) : new(null, null, filter);

    private static void AssertSees(FeedView view, Change change, FeedKind? expected)
    {
        var seen = view.See(change, TestMesh.Start);
        Assert.Equal((change, expected), (change, seen?.Kind));
        // Only the key of an item that left the view is delivered.
        var hasItem = expected is FeedKind.Created or FeedKind.Updated or FeedKind.EnteredView;
        Assert.Equal(hasItem ? change.Item : null, seen?.Item);
        Assert.False(seen?.IsExpired ?? false);
    }

    private static Readers Routed(string? author = null, string[]? topics = null, string[]? to = null) =>
        new(Commands.Agent(author), [.. (topics ?? []).Select(TopicName.Parse)], [.. (to ?? []).Select(AgentName.Parse)]);

    private static Change Change(ChangeKind kind, Readers? before, Readers? after) => new()
    {
        Kind = kind,
        Place = new(7, 0),
        Time = TestMesh.Start,
        Subject = "k",
        Before = before,
        Item = after is null ? null : new()
        {
            Key = ContextKey.Parse("k"),
            ValueJson = "1",
            Readers = after,
            Place = new(7, 0),
            UpdatedAt = TestMesh.Start,
        },
    };
}
