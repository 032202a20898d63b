namespace Syntha.Mesh.Tests.Writing;

/// <summary>An agent's topics in its own order; a topic's subscribers in the order in which they subscribed.</summary>
public sealed class TopicSubscriptionTests
{
    private readonly TestMesh mesh = new();

    [Fact]
    public async Task Register_KeepsTheOrderGiven()
    {
        await mesh.DoAsync(Commands.Register("ann", "z", "a", "m"));

        Assert.Equal(["z", "a", "m"], mesh.TopicsOf("ann"));
    }

    [Fact]
    public async Task Register_TopicTwice_IsOneSubscription()
    {
        await mesh.DoAsync(Commands.Register("ann", "a", "b", "a"));

        Assert.Equal(["a", "b"], mesh.TopicsOf("ann"));
        Assert.Equal(["ann"], mesh.SubscribersOf("a"));
    }

    [Fact]
    public async Task Register_OtherTopics_ReallyUnsubscribesFromTheFormerOnes()
    {
        await mesh.DoAllAsync(Commands.Register("ann", "old"), Commands.Push("k", topics: ["old"]), Commands.Register("ann", "new"));

        Assert.Null(mesh.Get("k", by: "ann"));
        Assert.Empty(mesh.SubscribersOf("old"));
        Assert.Equal(["new"], mesh.TopicsOf("ann"));
        Assert.Empty(mesh.Keys(by: "ann"));
    }

    [Fact]
    public async Task Register_NoTopics_EndsAllSubscriptions()
    {
        await mesh.DoAllAsync(Commands.Register("ann", "a"), Commands.Register("ann"));

        Assert.Empty(mesh.TopicsOf("ann"));
        Assert.Empty(mesh.Topics());
        Assert.Empty(mesh.Store.Read().Agents);
    }

    [Fact]
    public async Task SubscribersOf_AreInTheOrderOfSubscription()
    {
        await mesh.DoAllAsync(Commands.Register("zoe", "t"), Commands.Register("ann", "t"), Commands.Register("mia", "t"));

        Assert.Equal(["zoe", "ann", "mia"], mesh.SubscribersOf("t"));
    }

    [Fact]
    public async Task SubscribersOf_AgentThatRegistersAnewAndKeepsTheTopic_KeepsItsPlace()
    {
        await mesh.DoAllAsync(Commands.Register("zoe", "t"), Commands.Register("ann", "t"), Commands.Register("zoe", "other", "t"));

        Assert.Equal(["zoe", "ann"], mesh.SubscribersOf("t"));
        Assert.Equal(["other", "t"], mesh.TopicsOf("zoe"));
    }

    [Fact]
    public async Task SubscribersOf_AgentThatLeftAndCameBack_IsTheLast()
    {
        await mesh.DoAllAsync(
            Commands.Register("zoe", "t"), Commands.Register("ann", "t"), Commands.Unsubscribe("zoe", "t"), Commands.Register("zoe", "t"));

        Assert.Equal(["ann", "zoe"], mesh.SubscribersOf("t"));
    }

    [Fact]
    public async Task SubscribersOf_AfterALoad_AreInTheSameOrder()
    {
        await mesh.DoAllAsync(
            Commands.Register("zoe", "a", "t"), Commands.Register("ann", "t"), Commands.Register("mia", "t", "a"),
            Commands.Register("zoe", "t"));
        var before = mesh.SubscribersOf("t");

        mesh.Reload();

        Assert.Equal(["zoe", "ann", "mia"], before);
        Assert.Equal(before, mesh.SubscribersOf("t"));
        Assert.Equal(["mia"], mesh.SubscribersOf("a"));
    }

    [Fact]
    public async Task Unsubscribe_AnswersWhatTheAgentWasSubscribedTo()
    {
        await mesh.DoAsync(Commands.Register("ann", "a", "b", "c"));

        var result = await mesh.DoAsync(Commands.Unsubscribe("ann", "c", "unknown", "a", "c"));

        Assert.Equal(["c", "a"], result.Answer.Topics);
        Assert.Equal(["b"], mesh.TopicsOf("ann"));
    }

    [Fact]
    public async Task Unsubscribe_FromWhatTheAgentIsNotSubscribedTo_TakesNoRevision()
    {
        await mesh.DoAsync(Commands.Register("ann", "a"));

        var result = await mesh.DoAsync(Commands.Unsubscribe("ann", "b"));

        Assert.Empty(result.Answer.Topics!);
        Assert.Equal(1, result.Position.Revision);
        Assert.Single(mesh.Store.Log);
    }

    [Fact]
    public async Task Register_SameTopicsAgain_TakesNoRevision()
    {
        await mesh.DoAllAsync(Commands.Register("ann", "a", "b"), Commands.Register("ann", "a", "b"));
        Assert.Single(mesh.Store.Log);

        await mesh.DoAsync(Commands.Register("ann", "b", "a"));
        Assert.Equal(["b", "a"], mesh.TopicsOf("ann"));
    }
}
