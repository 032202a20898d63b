namespace Syntha.Mesh.Tests.Writing;

public sealed class DeleteTopicTests
{
    private readonly TestMesh mesh = new();

    [Fact]
    public async Task DeleteTopic_RemovesItFromEverySubscription()
    {
        await mesh.DoAllAsync(Commands.Register("ann", "a", "t", "b"), Commands.Register("bob", "t"), Commands.Register("cid", "b"));

        var result = await mesh.DoAsync(Commands.DeleteTopic("t"));

        Assert.Equal(2, result.Answer.Agents);
        Assert.Equal(["a", "b"], mesh.TopicsOf("ann"));
        Assert.Empty(mesh.TopicsOf("bob"));
        Assert.Equal(["a", "b"], mesh.Topics());
    }

    [Fact]
    public async Task DeleteTopic_ItemOfThatTopicAlone_IsRemovedAndCounted()
    {
        await mesh.DoAllAsync(Commands.Push("x", topics: ["t"]), Commands.Push("y", topics: ["t"]), Commands.Push("z", topics: ["u"]));

        Assert.Equal(2, await mesh.RemovedAsync(Commands.DeleteTopic("t")));
        Assert.Equal(["z"], mesh.Keys());
        Assert.Equal(["u"], mesh.Topics());
    }

    [Fact]
    public async Task DeleteTopic_ItemWithOtherTopics_KeepsThoseItsValueItsAuthorAndItsDeadline()
    {
        var ttl = TimeSpan.FromHours(1);
        await mesh.DoAsync(Commands.Push("k", "\"v\"", by: "ann", topics: ["a", "t", "b"], to: ["bob"], ttl: ttl));

        Assert.Equal(0, await mesh.RemovedAsync(Commands.DeleteTopic("t", by: "cid")));

        var item = mesh.Item("k");
        Assert.Equal(["a", "b"], item.Readers.Topics.Select(topic => topic.Value));
        Assert.Equal(["bob"], item.Readers.Subscribers.Select(agent => agent.Value));
        Assert.Equal("\"v\"", item.ValueJson);
        Assert.Equal("ann", item.Readers.Author?.Value);
        Assert.Equal(TestMesh.Start + ttl, item.ExpiresAt);
        Assert.Equal(2, item.Place.Revision);
    }

    [Fact]
    public async Task DeleteTopic_NeverTurnsAPrivateItemIntoAGlobalOne()
    {
        await mesh.DoAsync(Commands.Push("k", topics: ["t"], to: ["bob"]));

        await mesh.DoAsync(Commands.DeleteTopic("t"));

        Assert.Null(mesh.Get("k", by: "ann"));
    }

    [Fact]
    public async Task DeleteTopic_ByAnAgent_ActsOnItemsThatItCannotRead()
    {
        await mesh.DoAsync(Commands.Push("k", topics: ["t"]));
        Assert.Null(mesh.Get("k", by: "admin"));

        Assert.Equal(1, await mesh.RemovedAsync(Commands.DeleteTopic("t", by: "admin")));
        Assert.Empty(mesh.Keys());
    }

    [Fact]
    public async Task DeleteTopic_ByARestrictedAgent_NeedsThePermissionForTheTopic()
    {
        await mesh.DoAllAsync(
            Commands.Push("k", topics: ["t"]), Commands.Push("both", topics: ["t", "u"]), Commands.Restrict("ann", ["u"]));

        var refusal = await mesh.RefusedAsync(ErrorReason.RoutingNotAllowed, Commands.DeleteTopic("t", by: "ann"));

        Assert.Equal("t", refusal.Metadata["topic"]);
        Assert.Equal(["both", "k"], mesh.Keys());
        Assert.Equal(0, await mesh.RemovedAsync(Commands.DeleteTopic("u", by: "ann")));
        Assert.Equal(2, await mesh.RemovedAsync(Commands.DeleteTopic("t")));
    }

    [Fact]
    public async Task DeleteTopic_Unknown_AnswersZeroAndTakesNoRevision()
    {
        var result = await mesh.DoAsync(Commands.DeleteTopic("t"));

        Assert.Equal((0, 0), (result.Answer.Items, result.Answer.Agents));
        Assert.Equal(0, result.Position.Revision);
    }

    [Fact]
    public async Task DeleteTopic_ExpiredItems_AreNeitherRemovedNorCounted()
    {
        await mesh.DoAllAsync(Commands.Push("due", topics: ["t"], ttl: TimeSpan.Zero), Commands.Push("live", topics: ["t"]));

        Assert.Equal(1, await mesh.RemovedAsync(Commands.DeleteTopic("t")));
        Assert.Equal(1, mesh.Count().Expired);
        Assert.DoesNotContain(mesh.Store.Changes, change => change.Kind == ChangeKind.Removed && change.Subject == "due");
    }

    [Fact]
    public async Task DeleteTopic_IsOneRevision()
    {
        await mesh.DoAllAsync(
            Commands.Register("ann", "t"), Commands.Push("x", topics: ["t"]), Commands.Push("y", topics: ["t", "u"]),
            Commands.DeleteTopic("t"));

        Assert.Equal(4, mesh.Store.Log.Length);
        Assert.Equal(
            [ChangeKind.AgentChanged, ChangeKind.Removed, ChangeKind.Updated], mesh.Store.Log[^1].Changes.Select(change => change.Kind));
    }

    [Fact]
    public async Task DeleteTopic_AfterALoad_StillKnowsTheTopicsOfItems()
    {
        await mesh.DoAsync(Commands.Push("k", topics: ["t"]));
        mesh.Reload();

        Assert.Equal(1, await mesh.RemovedAsync(Commands.DeleteTopic("t")));
    }
}
