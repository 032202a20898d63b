using Syntha.Mesh.State;

namespace Syntha.Mesh.Tests.Reading;

/// <summary>Hundreds of topics on many items cost a look at each of them once, not one with another.</summary>
public sealed class TopicWorkTests
{
    private static readonly string[] Topics = [.. Enumerable.Range(0, 300).Select(number => $"t{number}")];

    private readonly TestMesh mesh = new();

    [Fact]
    public async Task List_ItemsInAllTopicsOfTheAgent_EndsAPageByTheWork()
    {
        await PushAsync(count: 200);
        await mesh.DoAsync(Commands.Register("ann", Topics));

        var pages = Pages.Walk(mesh.View("ann"), new(), maxItems: 1_000).ToList();

        // Each item stands in 300 lists, which are merged.
        Assert.InRange(pages.Count, 200 * 300 / PageLimits.MaxWork, 10);
        Assert.Equal(mesh.Keys(), pages.SelectMany(page => page.Items).Select(item => item.Key.Value));
        Assert.Equal(mesh.Keys(), mesh.View("ann").All().Select(item => item.Key.Value));
    }

    [Fact]
    public async Task Existing_ForAnAgent_AreTheTopicsOfWhatItReads()
    {
        await mesh.DoAllAsync(
            Commands.Push("hers", topics: ["a", "b"], by: "ann"), Commands.Push("his", topics: ["b", "c"], by: "bob"),
            Commands.Register("carl", "d"), Commands.Push("gone", topics: ["e"], by: "ann"), Commands.Remove("gone"));

        Assert.Equal(["a", "b", "d"], mesh.Topics("ann"));
        Assert.Equal(["b", "c", "d"], mesh.Topics("bob"));
        Assert.Equal(3, mesh.Count("bob").Topics);
    }

    [Fact]
    public void IsSubscribedTo_CopyWithOtherSubscriptions_AsksThese()
    {
        var record = new AgentRecord(AgentName.Parse("ann")) { Subscriptions = Of(Topics) };
        Assert.True(record.IsSubscribedTo(TopicName.Parse("t299")));

        var copy = record with { Subscriptions = Of(Topics[..^1]) };

        Assert.False(copy.IsSubscribedTo(TopicName.Parse("t299")));
        Assert.True(copy.IsSubscribedTo(TopicName.Parse("t298")));
        Assert.True(record.IsSubscribedTo(TopicName.Parse("t299")));
        Assert.Equal(record, record with { });
    }

    [Fact]
    public async Task Post_CopyOfPermissionsWithOtherTopics_AsksThese()
    {
        await mesh.DoAllAsync(Commands.Restrict("ann", Topics), Commands.Push("k", by: "ann", topics: ["t299"]));
        await mesh.DoAsync(Commands.Restrict("ann", Topics[..^1]));

        await mesh.RefusedAsync(ErrorReason.RoutingNotAllowed, Commands.Push("l", by: "ann", topics: ["t299"]));
        await mesh.DoAsync(Commands.Push("l", by: "ann", topics: ["t298"]));
        Assert.Equal(["l"], mesh.Keys(filter: new([.. Topics[150..299].Select(TopicName.Parse)])));
    }

    [Fact]
    public async Task ListTopics_OfManyTopics_CostsTheOwnerOnePage()
    {
        var few = await AllocatedByAPageAsync(topics: 100);
        var many = await AllocatedByAPageAsync(topics: 10_000);

        Assert.InRange(many, 0, 2 * few);
    }

    [Fact]
    public async Task Refusal_AboveTheQuotaOfTopics_DoesNotLookAtEachTopic()
    {
        var few = AllocatedByARefusal(await HoldingAsync(9), await HoldingAsync(10));
        var many = AllocatedByARefusal(await HoldingAsync(999), await HoldingAsync(1_000));

        Assert.InRange(many, 0, 2 * few);
    }

    [Fact]
    public async Task Count_ItemsOfATopicAreDue_LeavesOutTopicsThatNothingElseCarries()
    {
        await mesh.DoAllAsync(
            Commands.Push("gone", topics: ["a", "b", "c"], ttl: TimeSpan.FromSeconds(1)), Commands.Push("stays", topics: ["b"]),
            Commands.Register("ann", "c"));
        await MeshInside.SettleAsync(mesh.Mesh);
        // Nothing is logged, because the clock of the view alone goes on.
        var state = MeshInside.StateOf(mesh.Mesh);
        var later = new MeshView(state, TestMesh.Start.AddSeconds(1), agent: null);

        Assert.Equal(3, mesh.Count().Topics);
        Assert.Equal(2, later.Count().Topics);
        Assert.Equal(["b", "c"], later.ListTopics(null, 10).Topics.Select(topic => topic.Name.Value));
        Assert.Equal((0, 1), (state.CountDue(TestMesh.Start), state.CountDue(TestMesh.Start.AddSeconds(1))));
    }

    private static async Task<MeshState> HoldingAsync(int topics)
    {
        var holding = new TestMesh();
        await holding.DoAsync(Commands.Push("k", topics: [.. Enumerable.Range(0, topics).Select(number => $"t{number}")]));
        return MeshInside.StateOf(holding.Mesh);
    }

    private static long AllocatedByARefusal(MeshState before, MeshState after)
    {
        var quotas = TestMesh.NoQuotas with { MaxTopics = 5 };
        return Allocated.By(() =>
            Assert.Throws<MeshException>(() => QuotaCheck.Demand(quotas, before, after, TestMesh.Start, actor: null)));
    }

    private static async Task<long> AllocatedByAPageAsync(int topics)
    {
        var holding = new TestMesh();
        foreach (var names in Enumerable.Range(0, topics).Select(number => $"t{number:D5}").Chunk(1_000))
        {
            await holding.DoAsync(Commands.Push(names[0], topics: names));
        }

        return Allocated.By(() => Assert.Equal("t00051", holding.View(null).ListTopics("t00050", 10).Topics[0].Name.Value));
    }

    private static ImmutableArray<Subscription> Of(string[] topics) =>
        [.. topics.Select((topic, index) => new Subscription(TopicName.Parse(topic), new(1, index)))];

    private Task<CommandResult> PushAsync(int count) => mesh.DoAsync(
        Commands.PushMany(null, [.. Enumerable.Range(0, count).Select(number => Commands.Draft($"{number:D4}", topics: Topics))]));
}
