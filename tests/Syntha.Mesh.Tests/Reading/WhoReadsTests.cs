namespace Syntha.Mesh.Tests.Reading;

/// <summary>Who may read an item: each clause of the rule, and for each clause an agent that it does not let in.</summary>
public sealed class WhoReadsTests
{
    private readonly TestMesh mesh = new();

    [Fact]
    public async Task Get_GlobalItem_IsReadByEveryAgentAndTheOwner()
    {
        await mesh.DoAsync(Commands.Push("k", "42"));

        Assert.Equal("42", mesh.Get("k"));
        Assert.Equal("42", mesh.Get("k", by: "anyone"));
    }

    [Fact]
    public async Task Get_ItemForSubscribers_IsReadByThemOnly()
    {
        await mesh.DoAsync(Commands.Push("k", to: ["ann", "bob"]));

        Assert.Equal("1", mesh.Get("k", by: "ann"));
        Assert.Equal("1", mesh.Get("k", by: "bob"));
        Assert.Null(mesh.Get("k", by: "cid"));
        Assert.Equal("1", mesh.Get("k"));
    }

    [Fact]
    public async Task Get_ItemForSubscribers_NamesAreComparedExactly()
    {
        await mesh.DoAsync(Commands.Push("k", to: ["ann"]));

        Assert.Null(mesh.Get("k", by: "Ann"));
        Assert.Null(mesh.Get("k", by: "ann "));
        Assert.Null(mesh.Get("k", by: "an"));
    }

    [Fact]
    public async Task Get_ItemOfATopic_IsReadByItsSubscribersOnly()
    {
        await mesh.DoAllAsync(Commands.Register("ann", "news"), Commands.Register("bob", "other"), Commands.Push("k", topics: ["news"]));

        Assert.Equal("1", mesh.Get("k", by: "ann"));
        Assert.Null(mesh.Get("k", by: "bob"));
        Assert.Null(mesh.Get("k", by: "cid"));
    }

    [Fact]
    public async Task Get_AgentSubscribesAfterThePush_ReadsTheItem()
    {
        await mesh.DoAsync(Commands.Push("k", topics: ["news"]));
        Assert.Null(mesh.Get("k", by: "ann"));

        await mesh.DoAsync(Commands.Register("ann", "news"));

        Assert.Equal("1", mesh.Get("k", by: "ann"));
    }

    [Fact]
    public async Task Get_AgentUnsubscribes_NoLongerReadsTheItem()
    {
        await mesh.DoAllAsync(Commands.Register("ann", "news"), Commands.Push("k", topics: ["news"]), Commands.Unsubscribe("ann", "news"));

        Assert.Null(mesh.Get("k", by: "ann"));
    }

    [Fact]
    public async Task Get_TopicNobodySubscribesTo_IsReadByTheOwnerAlone()
    {
        await mesh.DoAsync(Commands.Push("k", topics: ["news"]));

        Assert.Equal("1", mesh.Get("k"));
        Assert.Null(mesh.Get("k", by: "ann"));
    }

    [Fact]
    public async Task Get_OneOfSeveralTopics_IsEnough()
    {
        await mesh.DoAllAsync(Commands.Register("ann", "b"), Commands.Push("k", topics: ["a", "b", "c"]));

        Assert.Equal("1", mesh.Get("k", by: "ann"));
    }

    [Fact]
    public async Task Get_TopicsAndSubscribers_AreAUnion()
    {
        await mesh.DoAllAsync(Commands.Register("ann", "news"), Commands.Push("k", topics: ["news"], to: ["bob"]));

        Assert.Equal("1", mesh.Get("k", by: "ann"));
        Assert.Equal("1", mesh.Get("k", by: "bob"));
        Assert.Null(mesh.Get("k", by: "cid"));
    }

    [Fact]
    public async Task Get_TheAuthor_ReadsBackWhateverItPushed()
    {
        await mesh.DoAllAsync(
            Commands.Push("topic", by: "ann", topics: ["chat_history"]),
            Commands.Push("direct", by: "ann", to: ["bob"]));

        Assert.Equal("1", mesh.Get("topic", by: "ann"));
        Assert.Equal("1", mesh.Get("direct", by: "ann"));
        Assert.Null(mesh.Get("topic", by: "bob"));
    }

    [Fact]
    public async Task Get_AnotherAgentWroteLast_TheFormerAuthorReadsNoMore()
    {
        await mesh.DoAllAsync(Commands.Push("k", by: "ann", to: ["bob"]), Commands.Push("k", by: "bob", to: ["cid"]));

        Assert.Null(mesh.Get("k", by: "ann"));
        Assert.Equal("1", mesh.Get("k", by: "bob"));
    }

    [Fact]
    public async Task Get_TheOwnerWroteLast_ThereIsNoAuthor()
    {
        await mesh.DoAllAsync(Commands.Push("k", by: "ann", to: ["bob"]), Commands.Push("k", to: ["bob"]));

        Assert.Null(mesh.Get("k", by: "ann"));
        Assert.Null(mesh.Item("k").Readers.Author);
    }

    [Fact]
    public async Task Get_TopicOfTheNameOfAnAgent_LetsNobodyIn()
    {
        await mesh.DoAllAsync(Commands.Push("a", topics: ["ann"]), Commands.Push("b", to: ["news"]), Commands.Register("bob", "news"));

        Assert.Null(mesh.Get("a", by: "ann"));
        Assert.Null(mesh.Get("b", by: "bob"));
        Assert.Empty(mesh.Keys(by: "ann"));
        Assert.Empty(mesh.Keys(by: "bob"));
    }

    [Fact]
    public async Task List_EveryClause_HoldsWhatGetReads()
    {
        await mesh.DoAllAsync(
            Commands.Register("ann", "news"),
            Commands.Push("global"),
            Commands.Push("topic", topics: ["news"]),
            Commands.Push("direct", to: ["ann"]),
            Commands.Push("own", by: "ann", to: ["bob"]),
            Commands.Push("hidden", to: ["bob"]),
            Commands.Push("other", topics: ["other"]));

        Assert.Equal(["direct", "global", "own", "topic"], mesh.Keys(by: "ann"));
        Assert.Equal(["direct", "global", "hidden", "other", "own", "topic"], mesh.Keys());
    }

    [Fact]
    public async Task List_ItemReadForSeveralReasons_IsListedOnce()
    {
        await mesh.DoAllAsync(Commands.Register("ann", "a", "b"), Commands.Push("k", by: "ann", topics: ["a", "b"], to: ["ann"]));

        Assert.Equal(["k"], mesh.Keys(by: "ann"));
    }

    [Fact]
    public async Task List_ByTopic_HoldsOnlyWhatTheAgentMayRead()
    {
        await mesh.DoAllAsync(
            Commands.Push("own", by: "ann", topics: ["news"]),
            Commands.Push("direct", topics: ["news"], to: ["ann"]),
            Commands.Push("hidden", topics: ["news"]),
            Commands.Push("global"));

        // An agent that is not subscribed to the topic reads some of its items for other reasons.
        Assert.Equal(["direct", "own"], mesh.KeysOfTopic("news", by: "ann"));
        await mesh.DoAsync(Commands.Register("ann", "news"));
        Assert.Equal(["direct", "hidden", "own"], mesh.KeysOfTopic("news", by: "ann"));
        Assert.Equal(["direct", "hidden", "own"], mesh.KeysOfTopic("news"));
    }

    [Fact]
    public async Task Push_Again_ReplacesValueRoutingTimeToLiveAndAuthor()
    {
        await mesh.DoAllAsync(
            Commands.Register("bob", "news"),
            Commands.Push("k", "\"old\"", by: "ann", topics: ["news"], to: ["bob"], ttl: TimeSpan.FromSeconds(1)),
            Commands.Push("k", "\"new\"", by: "bob", to: ["cid"]));

        var item = mesh.Item("k");
        Assert.Equal("\"new\"", item.ValueJson);
        Assert.Empty(item.Readers.Topics);
        Assert.Equal(["cid"], item.Readers.Subscribers.Select(agent => agent.Value));
        Assert.Null(item.ExpiresAt);
        Assert.Equal("bob", item.Readers.Author?.Value);
        Assert.Empty(mesh.KeysOfTopic("news"));
    }

    [Fact]
    public async Task Get_OneThousandSubscribersAndOneHundredTopics_AreKept()
    {
        var agents = Enumerable.Range(0, 1000).Select(number => $"agent{number}").ToArray();
        var topics = Enumerable.Range(0, 100).Select(number => $"topic{number}").ToArray();
        await mesh.DoAsync(Commands.Push("k", topics: topics, to: agents));

        Assert.All(agents, agent => Assert.Equal("1", mesh.Get("k", by: agent)));
        Assert.Equal(100, mesh.Count().Topics);
        Assert.Null(mesh.Get("k", by: "agent1000"));
    }

    [Fact]
    public async Task View_TakenBeforeAPush_DoesNotChange()
    {
        await mesh.DoAsync(Commands.Push("k", "1"));
        var before = mesh.View(null);

        await mesh.DoAsync(Commands.Push("k", "2"));

        Assert.Equal("1", before.Find(ContextKey.Parse("k"))?.ValueJson);
        Assert.Equal(1, before.Position.Revision);
        Assert.Equal("2", mesh.Get("k"));
    }
}
