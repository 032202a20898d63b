using System.Text.Json;

namespace Syntha.Client.Tests.RealServer;

public sealed class MeshTests(SharedServer shared)
{
    private readonly ContextMesh mesh = shared.Server.NewUser();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("null")]
    [InlineData("9223372036854775807")]
    [InlineData("-9223372036854775808")]
    [InlineData("18446744073709551615")]
    [InlineData(" { \"a\" : 1.50, \"b\" : [ true, \"¡ñ 🌙\" ] } ")]
    public async Task PushJson_AnyValue_IsReadBackAsItWasWritten(string json)
    {
        await mesh.PushJsonAsync("k", json, cancellationToken: Token);

        Assert.Equal(json, (await mesh.GetItemAsync("k", cancellationToken: Token))!.ValueJson);
    }

    [Fact]
    public async Task Get_UserWithoutAStore_IsMissing_AndCreatesNothing()
    {
        Assert.Null(await mesh.GetAsync("k", cancellationToken: Token));
        Assert.Equal(new Position("", 0), (await mesh.GetStatsAsync(cancellationToken: Token)).Position);
        Assert.False(Directory.Exists(Path.Combine(shared.Server.DataFolder, "users", mesh.UserId)));
    }

    [Fact]
    public async Task Get_StoredNull_IsAnElementOfKindNull()
    {
        await mesh.PushAsync<string?>("k", null, cancellationToken: Token);

        Assert.Equal(JsonValueKind.Null, (await mesh.GetAsync("k", cancellationToken: Token))!.Value.ValueKind);
    }

    [Fact]
    public async Task GetItem_PushedWithEverything_TellsEverything()
    {
        var receipt = await mesh.PushAsync("k", 1, new()
        {
            AgentName = "writer",
            Topics = ["t2", "t1"],
            Subscribers = ["b", "a"],
            Ttl = TimeSpan.FromHours(1),
            Metadata = JsonElement.Parse("""{"source":"test"}"""),
            IfRevision = 0,
        }, Token);

        var item = (await mesh.GetItemAsync("k", cancellationToken: Token))!;

        Assert.Equal(["t2", "t1"], item.Topics);
        Assert.Equal(["b", "a"], item.Subscribers);
        Assert.Equal("writer", item.Author);
        Assert.Equal(receipt.Position.Revision, item.Revision);
        Assert.Equal(TimeSpan.FromHours(1), item.ExpireTime - item.UpdateTime);
        Assert.Equal("test", item.Metadata!.Value.GetProperty("source").GetString());
    }

    [Fact]
    public async Task Push_ZeroTimeToLive_IsAbsentAtOnce_CountedAndPurgeable()
    {
        await mesh.PushAsync("k", 1, new() { Ttl = TimeSpan.Zero }, Token);

        Assert.Null(await mesh.GetAsync("k", cancellationToken: Token));
        Assert.Equal(1, await mesh.SizeAsync(Token));
        Assert.Equal(1, (await mesh.GetStatsAsync(cancellationToken: Token)).ExpiredItems);
        Assert.Equal(1, await mesh.CleanupExpiredAsync(cancellationToken: Token));
        Assert.Equal(0, await mesh.SizeAsync(Token));
    }

    [Fact]
    public async Task Push_TimeToLiveOfTenThousandYears_IsRead()
    {
        await mesh.PushAsync("k", 1, new() { Ttl = TimeSpan.FromDays(365.2425 * 10_000) }, Token);

        Assert.True((await mesh.GetItemAsync("k", cancellationToken: Token))!.ExpireTime > DateTimeOffset.MaxValue.AddYears(-1));
    }

    [Fact]
    public async Task PushMany_SeveralEntries_HaveOneRevision()
    {
        var receipt = await mesh.PushManyAsync(
            [PushEntry.From("b", 2), PushEntry.From("a", 1) with { Topics = ["t"] }], cancellationToken: Token);

        var items = await mesh.GetManyAsync(["a", "missing", "b"], cancellationToken: Token);

        Assert.Equal(["a", "b"], items.Keys);
        Assert.All(items.Values, item => Assert.Equal(receipt.Position.Revision, item.Revision));
    }

    [Fact]
    public async Task PushMany_OneConditionFails_WritesNothing()
    {
        await mesh.PushAsync("b", 0, cancellationToken: Token);

        await Assert.ThrowsAsync<SynthaConflictException>(() => mesh.PushManyAsync(
            [PushEntry.From("a", 1), PushEntry.From("b", 1) with { IfRevision = 0 }], cancellationToken: Token));

        Assert.Null(await mesh.GetAsync("a", cancellationToken: Token));
    }

    [Fact]
    public async Task List_MoreThanAPage_YieldsAllInByteOrder()
    {
        // In .NET's order of UTF-16 units the emoji would come before the private-use sign.
        string[] keys = ["\ud83d\udd11", "\ue000", "b", "a", "Z", ""];
        await mesh.PushManyAsync(keys.Select(key => PushEntry.From(key, 1)), cancellationToken: Token);

        var listed = await mesh.ListAsync(new() { PageSize = 2 }, Token).Select(item => item.Key).ToListAsync(Token);

        Assert.Equal(["", "Z", "a", "b", "\ue000", "\ud83d\udd11"], listed);
    }

    [Fact]
    public async Task List_Filters_AllApply()
    {
        await mesh.PushAsync("doc/1", 1, new() { Topics = ["t"] }, Token);
        await mesh.PushAsync("doc/2", 1, cancellationToken: Token);
        await mesh.PushAsync("note/1", 1, new() { Topics = ["t"] }, Token);

        Assert.Equal(["doc/1"], await KeysAsync(new() { Topic = "t", KeyPrefix = "doc/" }));
        Assert.Equal(["doc/1", "note/1"], await KeysAsync(new() { KeyGlob = "*[1]" }));
        Assert.Equal(["doc/2"], await KeysAsync(new() { AgentName = "stranger", KeysOnly = true }));
    }

    [Fact]
    public async Task Remove_ThereOrNot_IsTold()
    {
        var receipt = await mesh.PushAsync("k", 1, cancellationToken: Token);

        await Assert.ThrowsAsync<SynthaConflictException>(
            () => mesh.RemoveAsync("k", new() { IfRevision = receipt.Position.Revision + 1 }, Token));
        Assert.True(await mesh.RemoveAsync("k", new() { IfRevision = receipt.Position.Revision }, Token));
        Assert.False(await mesh.RemoveAsync("k", cancellationToken: Token));
    }

    [Fact]
    public async Task Clear_RemovesItemsSubscriptionsAndPermissions()
    {
        await mesh.PushAsync("k", 1, cancellationToken: Token);
        await mesh.RegisterAgentTopicsAsync("a", ["t"], Token);
        await mesh.SetAgentPostPermissionsAsync("a", new PostPermissions(), Token);

        Assert.Equal(1, await mesh.ClearAsync(cancellationToken: Token));

        Assert.Empty(await mesh.GetAllTopicsAsync(Token));
        Assert.Null(await mesh.GetAgentPostPermissionsAsync("a", Token));
        Assert.Equal(0, await mesh.SizeAsync(Token));
    }

    [Fact]
    public async Task Topics_RegisteredUnsubscribedAndDeleted_AreListedAccordingly()
    {
        Assert.Equal(["t2", "t1"], await mesh.RegisterAgentTopicsAsync("a", ["t2", "t1", "t2"], Token));
        await mesh.RegisterAgentTopicsAsync("b", ["t1"], Token);
        await mesh.PushAsync("k", 1, new() { Topics = ["t1", "t3"] }, Token);
        await mesh.PushAsync("only", 1, new() { Topics = ["t3"] }, Token);

        Assert.Equal(["t1", "t2", "t3"], await mesh.GetAllTopicsAsync(Token));
        Assert.Equal(["a", "b"], await mesh.GetSubscribersForTopicAsync("t1", Token));
        Assert.Equal(["t1"], await mesh.UnsubscribeFromTopicsAsync("a", ["t2", "unknown"], Token));
        Assert.Equal(["t1"], await mesh.GetTopicsForAgentAsync("a", Token));
        Assert.Equal(1, await mesh.DeleteTopicAsync("t3", cancellationToken: Token));
        Assert.Equal(["t1"], await mesh.GetAllTopicsAsync(Token));
        Assert.Equal(["t1"], (await mesh.GetItemAsync("k", cancellationToken: Token))!.Topics);
        Assert.Equal(0, await mesh.DeleteTopicAsync("unknown", cancellationToken: Token));
    }

    [Fact]
    public async Task AgentsView_OfRoutedItems_IsWhatTheyMayRead()
    {
        await mesh.RegisterAgentTopicsAsync("a", ["news"], Token);
        await mesh.PushAsync("global", 1, cancellationToken: Token);
        await mesh.PushAsync("for-news", 2, new() { Topics = ["news"] }, Token);
        await mesh.PushAsync("for-b", 3, new() { Subscribers = ["b"] }, Token);

        Assert.Equal(["for-news", "global"], await mesh.GetKeysForAgentAsync("a", Token));
        Assert.Equal([3, 1], (await mesh.GetAllForAgentAsync("b", Token)).Values.Select(value => value.GetInt32()));
        Assert.Null(await mesh.GetAsync("for-b", agentName: "a", Token));
        var byTopic = await mesh.GetAvailableKeysByTopicAsync("a", Token);
        Assert.Equal(["for-news"], byTopic["news"]);
        Assert.Equal(["global"], byTopic["other"]);
    }

    [Fact]
    public async Task Permissions_NoneSomeAndUnrestricted_AreDifferentStates()
    {
        Assert.True(await mesh.CanAgentPostToTopicAsync("a", "t", Token));

        await mesh.SetAgentPostPermissionsAsync("a", new PostPermissions("t") { MayPostDirect = true }, Token);

        var permissions = (await mesh.GetAgentPostPermissionsAsync("a", Token))!;
        Assert.Equal((true, false), (permissions.MayPostDirect, permissions.MayPostGlobal));
        Assert.True(await mesh.CanAgentPostToTopicAsync("a", "t", Token));
        Assert.False(await mesh.CanAgentPostToTopicAsync("a", "u", Token));
        await Assert.ThrowsAsync<SynthaPermissionDeniedException>(
            () => mesh.PushAsync("k", 1, new() { AgentName = "a", Topics = ["u"] }, Token));

        await mesh.SetAgentPostPermissionsAsync("a", null, Token);
        Assert.Null(await mesh.GetAgentPostPermissionsAsync("a", Token));
    }

    [Fact]
    public async Task Stats_OfAMesh_CountWhatItHolds()
    {
        await mesh.PushAsync("g", 1, cancellationToken: Token);
        await mesh.PushAsync("p", 1, new() { Topics = ["t"] }, Token);
        await mesh.RegisterAgentTopicsAsync("a", ["u"], Token);

        var stats = await mesh.GetStatsAsync(cancellationToken: Token);

        Assert.Equal(
            (2L, 2L, 0L, 1L, 1L),
            (stats.TotalItems, stats.ActiveItems, stats.ExpiredItems, stats.GlobalItems, stats.PrivateItems));
        Assert.Equal((2L, 1L), (stats.TotalTopics, stats.AgentsWithTopics));
        Assert.True(stats.TotalBytes > 0);
        Assert.Equal(3, stats.Position.Revision);
    }

    private ValueTask<List<string>> KeysAsync(ListFilter filter) =>
        mesh.ListAsync(filter, Token).Select(item => item.Key).ToListAsync(Token);
}
