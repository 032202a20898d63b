using Google.Protobuf;

using Syntha.Client.Tests.Fakes;

namespace Syntha.Client.Tests;

public sealed class PagingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_SeveralPagesOneOfThemEmpty_YieldsEveryItemInOrder()
    {
        await using var server = await ScriptedServer.StartAsync(call => ((V1.ListRequest)call.Request).PageToken switch
        {
            "" => new V1.ListResponse { Items = { Item("a") }, NextPageToken = "1" },
            "1" => new V1.ListResponse { NextPageToken = "2" },
            _ => new V1.ListResponse { Items = { Item("b"), Item("c") } },
        });
        await using var client = server.Client();

        var filter = new ListFilter { Topic = "t", KeyPrefix = "p", KeyGlob = "*", PageSize = 7, AgentName = "x" };
        var items = await client.ForUser("alice").ListAsync(filter, Token).ToListAsync(Token);

        Assert.Equal(["a", "b", "c"], items.Select(item => item.Key));
        Assert.All(server.Calls.Select(call => (V1.ListRequest)call.Request), request =>
        {
            Assert.Equal(new V1.ItemFilter { Topics = { "t" }, KeyPrefix = "p", KeyGlob = "*" }, request.Filter);
            Assert.Equal((V1.ItemView.Json, 7, "x"), (request.View, request.PageSize, request.AsAgent));
        });
    }

    [Fact]
    public async Task List_KeysOnly_ItemsCarryNoValue()
    {
        await using var server = await ScriptedServer.StartAsync(
            _ => new V1.ListResponse { Items = { new V1.Item { Key = "a", UpdateTime = new() } } });
        await using var client = server.Client();

        var item = await client.ForUser("alice").ListAsync(new() { KeysOnly = true }, Token).SingleAsync(Token);

        Assert.False(item.HasValue);
        Assert.Throws<InvalidOperationException>(() => item.Value);
    }

    [Fact]
    public async Task GetMany_AnswerCutBySize_AsksForTheRest()
    {
        await using var server = await ScriptedServer.StartAsync(call =>
        {
            var keys = ((V1.GetManyRequest)call.Request).Keys;
            var response = new V1.GetManyResponse { Items = { Item(keys[0]) } };
            response.RemainingKeys.AddRange(keys.Skip(1));
            return response;
        });
        await using var client = server.Client();

        var items = await client.ForUser("alice").GetManyAsync(["c", "a", "c", "b"], cancellationToken: Token);

        Assert.Equal(["c", "a", "b"], items.Keys);
        Assert.Equal(3, server.Calls.Count);
    }

    [Fact]
    public async Task GetMany_MoreKeysThanOneRequestTakes_IsSplit()
    {
        await using var server = await ScriptedServer.StartAsync(call =>
        {
            var response = new V1.GetManyResponse();
            response.Items.AddRange(((V1.GetManyRequest)call.Request).Keys.Select(Item));
            return response;
        });
        await using var client = server.Client();

        var items = await client.ForUser("alice").GetManyAsync(Enumerable.Range(0, 2_500).Select(i => $"k{i}"), cancellationToken: Token);

        Assert.Equal(2_500, items.Count);
        Assert.Equal([1_000, 1_000, 500], server.Calls.Select(call => ((V1.GetManyRequest)call.Request).Keys.Count));
    }

    [Fact]
    public async Task GetAvailableKeysByTopic_KeysOfSeveralTopicsAndOfNone_AreGroupedInOrderOfSubscription()
    {
        await using var server = await ScriptedServer.StartAsync(IMessage (call) => call.Request switch
        {
            V1.GetAgentTopicsRequest => new V1.GetAgentTopicsResponse { Topics = { "news", "empty", "alerts" } },
            _ => new V1.ListResponse { Items = { Item("a", "alerts", "news"), Item("b", "news"), Item("c"), Item("d", "elsewhere") } },
        });
        await using var client = server.Client();

        var keys = await client.ForUser("alice").GetAvailableKeysByTopicAsync("x", Token);

        Assert.Equal(["news", "empty", "alerts", "other"], keys.Keys);
        Assert.Equal(["a", "b"], keys["news"]);
        Assert.Empty(keys["empty"]);
        Assert.Equal(["a"], keys["alerts"]);
        Assert.Equal(["c", "d"], keys["other"]);
    }

    [Fact]
    public async Task GetAvailableKeysByTopic_TopicNamedOther_HoldsItsOwnKeysAndTheRest()
    {
        await using var server = await ScriptedServer.StartAsync(IMessage (call) => call.Request switch
        {
            V1.GetAgentTopicsRequest => new V1.GetAgentTopicsResponse { Topics = { "other" } },
            _ => new V1.ListResponse { Items = { Item("a", "other"), Item("b") } },
        });
        await using var client = server.Client();

        var keys = await client.ForUser("alice").GetAvailableKeysByTopicAsync("x", Token);

        Assert.Equal(["a", "b"], Assert.Single(keys).Value);
    }

    [Fact]
    public async Task GetSubscribersForTopic_TopicOnALaterPage_IsFound_AndAnUnknownOneIsEmpty()
    {
        await using var server = await ScriptedServer.StartAsync(call => ((V1.ListTopicsRequest)call.Request).PageToken switch
        {
            "" => new V1.ListTopicsResponse { Topics = { new V1.Topic { Name = "a" } }, NextPageToken = "1" },
            _ => new V1.ListTopicsResponse { Topics = { new V1.Topic { Name = "b", Subscribers = { "z", "y" } } } },
        });
        await using var client = server.Client();

        Assert.Equal(["z", "y"], await client.ForUser("alice").GetSubscribersForTopicAsync("b", Token));
        Assert.Empty(await client.ForUser("alice").GetSubscribersForTopicAsync("c", Token));
    }

    [Fact]
    public async Task GetItem_ExpiryBeyondTheYear9999_IsTheLastMomentThatDotNetCanName()
    {
        var item = Item("a");
        item.ExpireTime = new() { Seconds = 300_000_000_000 };
        await using var server = await ScriptedServer.StartAsync(_ => new V1.GetResponse { Item = item });
        await using var client = server.Client();

        Assert.Equal(DateTimeOffset.MaxValue, (await client.ForUser("alice").GetItemAsync("a", cancellationToken: Token))!.ExpireTime);
    }

    private static V1.Item Item(string key) => Item(key, []);

    private static V1.Item Item(string key, params string[] topics) =>
        new() { Key = key, ValueJson = "1", UpdateTime = new(), Topics = { topics } };
}
