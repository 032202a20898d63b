using System.Text.Json;
using System.Text.Json.Nodes;

namespace Syntha.Client.Tests.Conformance;

/// <summary>The calls of <see cref="ToolHandler"/>: see <see cref="ClientCalls"/>.</summary>
internal static class AgentCalls
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal static async Task<JsonObject> PushContextAsync(ContextMesh mesh, Given given) => Telling.Of(
        await Agent(mesh, given).PushContextAsync(
            given.Item.Key, JsonElement.Parse(given.Item.Json), given.PushOptions with { AgentName = null }, Token));

    internal static async Task<JsonObject> GetContextAsync(ContextMesh mesh, Given given)
    {
        var item = await Agent(mesh, given).GetContextItemAsync(given.Key, Token);
        Assert.Equal(item?.Value.GetRawText(), (await Agent(mesh, given).GetContextAsync(given.Key, Token))?.GetRawText());
        return new() { ["item"] = item is null ? null : Telling.Of(item) };
    }

    internal static async Task<JsonObject> HasContextAsync(ContextMesh mesh, Given given) =>
        new() { ["exists"] = await Agent(mesh, given).HasContextAsync(given.Key, Token) };

    internal static async Task<JsonObject> RemoveContextAsync(ContextMesh mesh, Given given) =>
        new()
        {
            ["removed"] = await Agent(mesh, given).RemoveContextAsync(given.Key, given.RemoveOptions with { AgentName = null }, Token),
        };

    /// <summary>The client has a method for each of three filters, and none that returns routing.</summary>
    internal static async Task<JsonObject> ListContextAsync(ContextMesh mesh, Given given)
    {
        var agent = Agent(mesh, given);
        if (given.KeysOnly)
        {
            var keys = await agent.ListContextKeysAsync(Token);
            return new() { ["items"] = new JsonArray([.. keys.Select(key => new JsonObject { ["key"] = key })]) };
        }

        return new()
        {
            ["items"] = Telling.Values(given.Filter.Topics is [var topic]
                ? await agent.GetContextByTopicAsync(topic, Token)
                : await agent.GetContextPatternAsync(given.Filter.KeyGlob ?? "*", Token)),
        };
    }

    internal static async Task<JsonObject> ListTopicsAsync(ContextMesh mesh, Given given)
    {
        var topics = await Agent(mesh, given).ListTopicsAsync(Token);
        return new() { ["topics"] = new JsonArray([.. topics.Select(name => new JsonObject { ["name"] = name })]) };
    }

    internal static async Task<JsonObject> ClearContextAsync(ContextMesh mesh, Given given) =>
        new() { ["removedItems"] = Telling.Number(await Agent(mesh, given).ClearOwnContextAsync(cancellationToken: Token)) };

    internal static async Task<JsonObject> UnsubscribeFromTopicsAsync(ContextMesh mesh, Given given)
    {
        var result = await Agent(mesh, given).UnsubscribeFromTopicsAsync(given.Topics, Token);
        return new()
        {
            ["unsubscribedTopics"] = Telling.Texts(result.TopicsUnsubscribed),
            ["notSubscribedTopics"] = Telling.Texts(result.TopicsNotSubscribed),
            ["topics"] = Telling.Texts(result.RemainingTopics),
        };
    }

    private static ToolHandler Agent(ContextMesh mesh, Given given) => mesh.ForAgent(given.AgentName!);
}
