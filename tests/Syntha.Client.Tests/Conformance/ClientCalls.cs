using System.Text.Json.Nodes;

namespace Syntha.Client.Tests.Conformance;

/// <summary>
/// Which method of the client makes which call of the contract, and which members of the answer the method does not return.
/// </summary>
internal static class ClientCalls
{
    private static readonly IReadOnlySet<string> Position = new HashSet<string> { "position" };
    private static readonly IReadOnlySet<string> PositionAndReplay = new HashSet<string> { "position", "replayed" };
    private static readonly IReadOnlySet<string> AllButValues = new HashSet<string>
    {
        "position", "items.topics", "items.subscribers", "items.author", "items.revision", "items.updateTime", "items.expireTime",
        "items.metadataJson",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Makes a call of the client in the words of the contract.</summary>
    internal delegate Task<JsonObject> Call(ContextMesh mesh, Given given);

    /// <summary>A call that the client has no method for is left out. The generated stubs make it.</summary>
    internal static IReadOnlyDictionary<string, (Call Call, IReadOnlySet<string> Untold)> All { get; } =
        new Dictionary<string, (Call, IReadOnlySet<string>)>
        {
            ["ContextMesh/Push"] = (PushAsync, new HashSet<string>()),
            ["ContextMesh/PushMany"] = (PushManyAsync, new HashSet<string>()),
            ["ContextMesh/Patch"] = (CommitCalls.PatchAsync, new HashSet<string>()),
            ["ContextMesh/Commit"] = (CommitCalls.CommitAsync, new HashSet<string>()),
            ["ToolHandler/PatchContext"] = (CommitCalls.PatchAsAgentAsync, new HashSet<string>()),
            ["ToolHandler/CommitContext"] = (CommitCalls.CommitAsAgentAsync, new HashSet<string>()),
            ["ContextMesh/Get"] = (GetAsync, Position),
            ["ContextMesh/GetMany"] = (GetManyAsync, new HashSet<string> { "position", "remainingKeys" }),
            ["ContextMesh/List"] = (ListAsync, Position),
            ["ContextMesh/Remove"] = (RemoveAsync, PositionAndReplay),
            ["ContextMesh/Clear"] = (ClearAsync, PositionAndReplay),
            ["ContextMesh/CleanupExpired"] = (CleanupExpiredAsync, PositionAndReplay),
            ["ContextMesh/GetStats"] = (GetStatsAsync, new HashSet<string>()),
            ["ContextMesh/ListVersions"] = (HistoryCalls.ListVersionsAsync, Position),
            ["ContextMesh/DiffPositions"] = (HistoryCalls.DiffPositionsAsync, Position),
            ["ContextMesh/RegisterAgentTopics"] = (RegisterAgentTopicsAsync, PositionAndReplay),
            ["ContextMesh/UnsubscribeFromTopics"] = (UnsubscribeFromTopicsAsync, PositionAndReplay),
            ["ContextMesh/GetAgentTopics"] = (GetAgentTopicsAsync, Position),
            ["ContextMesh/ListTopics"] = (ListTopicsAsync, Position),
            ["ContextMesh/DeleteTopic"] = (DeleteTopicAsync, new HashSet<string> { "position", "replayed", "removedSubscribers" }),
            ["ContextMesh/SetPostPermissions"] = (SetPostPermissionsAsync, PositionAndReplay),
            ["ContextMesh/GetPostPermissions"] = (GetPostPermissionsAsync, Position),
            ["ContextMesh/LogOutcome"] = (OutcomeCalls.LogAsync, new HashSet<string> { "replayed" }),
            ["ContextMesh/ListOutcomes"] = (OutcomeCalls.ListAsync, new HashSet<string>()),
            ["ContextMesh/GetOutcomeMetrics"] = (OutcomeCalls.GetMetricsAsync, new HashSet<string>()),
            ["ContextMesh/ClearOutcomes"] = (OutcomeCalls.ClearAsync, new HashSet<string>()),
            ["ContextMesh/BuildPrompt"] = (PromptCalls.BuildAsync, new HashSet<string>()),
            ["ToolHandler/BuildPrompt"] = (PromptCalls.BuildAsAgentAsync, new HashSet<string>()),
            ["ToolHandler/LogOutcome"] = (OutcomeCalls.LogAsAgentAsync, new HashSet<string> { "replayed" }),
            ["ToolHandler/CallTool"] = (ToolCalls.CallToolAsync, new HashSet<string> { "replayed" }),
            ["ToolHandler/ListTools"] = (ToolCalls.ListToolsAsync, Position),
            ["ToolHandler/GetAccess"] = (ToolCalls.GetAccessAsync, Position),
            ["ContextMesh/SetAccess"] = (ToolCalls.SetAccessAsync, PositionAndReplay),
            ["ContextMesh/GetAccess"] = (ToolCalls.GetAgentAccessAsync, Position),
            ["ToolHandler/PushContext"] = (AgentCalls.PushContextAsync, new HashSet<string>()),
            ["ToolHandler/GetContext"] = (AgentCalls.GetContextAsync, Position),
            ["ToolHandler/HasContext"] = (AgentCalls.HasContextAsync, Position),
            ["ToolHandler/RemoveContext"] = (AgentCalls.RemoveContextAsync, PositionAndReplay),
            ["ToolHandler/ListContext"] = (AgentCalls.ListContextAsync, AllButValues),
            ["ToolHandler/ListTopics"] = (AgentCalls.ListTopicsAsync, new HashSet<string> { "position", "topics.subscribers" }),
            ["ToolHandler/ClearContext"] = (AgentCalls.ClearContextAsync, PositionAndReplay),
            ["ToolHandler/UnsubscribeFromTopics"] = (AgentCalls.UnsubscribeFromTopicsAsync, PositionAndReplay),
        };

    /// <summary>The calls that are about no user.</summary>
    internal static IReadOnlyDictionary<string, Func<SynthaClient, Task<JsonObject>>> OfServer { get; } =
        new Dictionary<string, Func<SynthaClient, Task<JsonObject>>> { ["Discovery/GetServerInfo"] = GetServerInfoAsync };

    private static async Task<JsonObject> GetServerInfoAsync(SynthaClient client)
    {
        var server = await client.GetServerInfoAsync(Token);
        return new()
        {
            ["version"] = server.Version,
            ["features"] = Telling.Texts(server.Features.Select(feature => $"SERVER_FEATURE_{Telling.Constant(feature.ToString())}")),
            ["limits"] = new JsonObject
            {
                ["maxKeyBytes"] = server.Limits.MaxKeyBytes,
                ["maxNameBytes"] = server.Limits.MaxNameBytes,
                ["maxValueBytes"] = server.Limits.MaxValueBytes,
                ["maxMetadataBytes"] = server.Limits.MaxMetadataBytes,
                ["maxMessageBytes"] = server.Limits.MaxMessageBytes,
                ["maxTopicsPerItem"] = server.Limits.MaxTopicsPerItem,
                ["maxSubscribersPerItem"] = server.Limits.MaxSubscribersPerItem,
                ["maxItemsPerWrite"] = server.Limits.MaxItemsPerWrite,
                ["maxKeysPerRead"] = server.Limits.MaxKeysPerRead,
            },
        };
    }

    private static async Task<JsonObject> PushAsync(ContextMesh mesh, Given given) =>
        Telling.Of(await mesh.PushJsonAsync(given.Item.Key, given.Item.Json, given.PushOptions, Token));

    private static async Task<JsonObject> PushManyAsync(ContextMesh mesh, Given given) =>
        Telling.Of(await mesh.PushManyAsync([.. given.Each("items").Select(item => item.Entry)], given.PushManyOptions, Token));

    private static async Task<JsonObject> GetAsync(ContextMesh mesh, Given given)
    {
        if (given.AsOf is { } position)
        {
            var past = await mesh.AsOf(position).GetItemAsync(given.Key, given.AgentName, Token);
            return new() { ["item"] = past is null ? null : Telling.Of(past) };
        }

        var item = await mesh.GetItemAsync(given.Key, given.AgentName, Token);
        Assert.Equal(item?.Value.GetRawText(), (await mesh.GetAsync(given.Key, given.AgentName, Token))?.GetRawText());
        return new() { ["item"] = item is null ? null : Telling.Of(item) };
    }

    private static async Task<JsonObject> GetManyAsync(ContextMesh mesh, Given given)
    {
        var items = given.AsOf is { } position
            ? await mesh.AsOf(position).GetManyAsync(given.Texts("keys"), given.AgentName, Token)
            : await mesh.GetManyAsync(given.Texts("keys"), given.AgentName, Token);
        return new() { ["items"] = new JsonArray([.. items.Values.Select(Telling.Of)]) };
    }

    private static async Task<JsonObject> ListAsync(ContextMesh mesh, Given given)
    {
        var items = new JsonArray();
        var list = given.AsOf is { } position
            ? mesh.AsOf(position).ListAsync(given.ListFilter, Token)
            : mesh.ListAsync(given.ListFilter, Token);
        await foreach (var item in list)
        {
            items.Add((JsonNode)Telling.Of(item));
        }

        return new() { ["items"] = items };
    }

    private static async Task<JsonObject> RemoveAsync(ContextMesh mesh, Given given) =>
        new() { ["removed"] = await mesh.RemoveAsync(given.Key, given.RemoveOptions, Token) };

    private static async Task<JsonObject> ClearAsync(ContextMesh mesh, Given given) =>
        new() { ["removedItems"] = Telling.Number(await mesh.ClearAsync(given.WriteOptions, Token)) };

    private static async Task<JsonObject> CleanupExpiredAsync(ContextMesh mesh, Given given) =>
        new() { ["purgedItems"] = Telling.Number(await mesh.CleanupExpiredAsync(given.WriteOptions, Token)) };

    private static async Task<JsonObject> GetStatsAsync(ContextMesh mesh, Given given)
    {
        var stats = given.AsOf is { } position
            ? await mesh.AsOf(position).GetStatsAsync(given.AgentName, Token)
            : await mesh.GetStatsAsync(given.AgentName, Token);
        return new()
        {
            ["stats"] = new JsonObject
            {
                ["totalItems"] = Telling.Number(stats.TotalItems),
                ["activeItems"] = Telling.Number(stats.ActiveItems),
                ["expiredItems"] = Telling.Number(stats.ExpiredItems),
                ["globalItems"] = Telling.Number(stats.GlobalItems),
                ["privateItems"] = Telling.Number(stats.PrivateItems),
                ["totalTopics"] = Telling.Number(stats.TotalTopics),
                ["agentsWithTopics"] = Telling.Number(stats.AgentsWithTopics),
                ["totalBytes"] = Telling.Number(stats.TotalBytes),
            },
            ["position"] = Telling.Of(stats.Position),
        };
    }

    private static async Task<JsonObject> RegisterAgentTopicsAsync(ContextMesh mesh, Given given) =>
        new() { ["topics"] = Telling.Texts(await mesh.RegisterAgentTopicsAsync(given.AgentName!, given.Topics, Token)) };

    private static async Task<JsonObject> UnsubscribeFromTopicsAsync(ContextMesh mesh, Given given) =>
        new() { ["topics"] = Telling.Texts(await mesh.UnsubscribeFromTopicsAsync(given.AgentName!, given.Topics, Token)) };

    private static async Task<JsonObject> GetAgentTopicsAsync(ContextMesh mesh, Given given) =>
        new() { ["topics"] = Telling.Texts(await mesh.GetTopicsForAgentAsync(given.AgentName!, Token)) };

    private static async Task<JsonObject> ListTopicsAsync(ContextMesh mesh, Given given)
    {
        var topics = new JsonArray();
        await foreach (var topic in mesh.ListTopicsAsync(given.AgentName, Token))
        {
            topics.Add((JsonNode)Telling.Of(topic));
        }

        return new() { ["topics"] = topics };
    }

    private static async Task<JsonObject> DeleteTopicAsync(ContextMesh mesh, Given given) =>
        new() { ["removedItems"] = Telling.Number(await mesh.DeleteTopicAsync(given.Topic, given.WriteOptions, Token)) };

    private static async Task<JsonObject> SetPostPermissionsAsync(ContextMesh mesh, Given given)
    {
        await mesh.SetAgentPostPermissionsAsync(given.AgentName!, given.PostPermissions, Token);
        return [];
    }

    private static async Task<JsonObject> GetPostPermissionsAsync(ContextMesh mesh, Given given) =>
        new() { ["permissions"] = Telling.Of(await mesh.GetAgentPostPermissionsAsync(given.AgentName!, Token)) };
}
