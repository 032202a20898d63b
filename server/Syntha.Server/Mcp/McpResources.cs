using ModelContextProtocol.Protocol;

namespace Syntha.Server.Mcp;

/// <summary>
/// What an agent can read, as resources: items, topics, and what changed. A list leaves out what the agent may not list. Items come first,
/// then topics, page by page.
/// </summary>
internal static class McpResources
{
    private const int PageSize = 100;
    private const string Json = "application/json";
    private const string TopicsCursor = "topics:";
    private const string NextMetaKey = "syntha/next";

    private static readonly Resource Changes = new()
    {
        Uri = McpAddress.Changes,
        Name = "changes",
        Title = "Changes",
        Description = "The present position. With ?after=position: what changed since then.",
        MimeType = Json,
    };

    // Made for each answer, because the package adds to answers.
    public static ListResourceTemplatesResult Templates() => new()
    {
        ResourceTemplates =
        [
            new()
            {
                UriTemplate = McpAddress.ContextTemplate,
                Name = "context",
                Title = "Context item",
                Description = "The value of one key that you can read.",
                MimeType = Json,
            },
            new()
            {
                UriTemplate = McpAddress.TopicTemplate,
                Name = "topic",
                Title = "Topic",
                Description = "The items of one topic that you can read.",
                MimeType = Json,
            },
            new()
            {
                UriTemplate = McpAddress.ChangesTemplate,
                Name = "changes",
                Title = "Changes",
                Description = Changes.Description,
                MimeType = Json,
            },
        ],
        TimeToLive = TimeSpan.Zero,
        CacheScope = CacheScope.Private,
    };

    public static async Task<ListResourcesResult> ListAsync(McpCall call, string? cursor)
    {
        var result = new ListResourcesResult { TimeToLive = TimeSpan.Zero, CacheScope = CacheScope.Private };
        if (string.IsNullOrEmpty(cursor))
        {
            result.Resources.Add(Changes);
        }

        if (cursor?.StartsWith(TopicsCursor, StringComparison.Ordinal) == true)
        {
            await AddTopicsAsync(call, cursor[TopicsCursor.Length..], result);
        }
        else
        {
            await AddItemsAsync(call, cursor ?? "", result);
        }

        return result;
    }

    public static async Task<ReadResourceResult> ReadAsync(McpCall call, string address) =>
        McpAddress.KeyIn(address) is { } key ? await ReadItemAsync(call, address, key)
        : McpAddress.TopicIn(address) is var (topic, page) ? await ReadTopicAsync(call, topic, page)
        : McpAddress.IsChanges(address, out var after) ? await McpChanges.ReadAsync(call, address, after)
        : throw McpErrors.NotFound(address, call.IsStateless);

    public static async Task<CompleteResult> CompleteAsync(McpCall call, CompleteRequestParams request)
    {
        var begun = request.Argument.Value;
        var (names, hasMore) = (request.Ref as ResourceTemplateReference)?.Uri switch
        {
            McpAddress.ContextTemplate when request.Argument.Name == "key" => await KeysAsync(call, begun),
            McpAddress.TopicTemplate when request.Argument.Name == "name" => await TopicsAsync(call, begun),
            _ => ([], false),
        };
        return new() { Completion = new() { Values = names, HasMore = hasMore } };
    }

    public static ReadResourceResult Answer(IList<ResourceContents> contents, V1.Position? position) => new()
    {
        Contents = contents,
        Meta = McpPosition.Meta(position),
        TimeToLive = TimeSpan.Zero,
        CacheScope = CacheScope.Private,
    };

    public static TextResourceContents Content(string address, string json) => new() { Uri = address, MimeType = Json, Text = json };

    private static async Task AddItemsAsync(McpCall call, string cursor, ListResourcesResult result)
    {
        var page = await call.TryAskAsync<V1.ListRequest, V1.ListResponse>(
            nameof(V1.ToolHandler.ToolHandlerBase.ListContext),
            new() { AsAgent = call.Agent, View = V1.ItemView.Keys, PageSize = PageSize, PageToken = cursor });
        foreach (var item in page?.Items ?? [])
        {
            result.Resources.Add(new() { Uri = McpAddress.OfKey(item.Key), Name = item.Key, MimeType = Json });
        }

        result.Meta = McpPosition.Meta(page?.Position);
        result.NextCursor = page is { NextPageToken.Length: > 0 } ? page.NextPageToken : TopicsCursor;
    }

    private static async Task AddTopicsAsync(McpCall call, string cursor, ListResourcesResult result)
    {
        var page = await call.TryAskAsync<V1.ListTopicsRequest, V1.ListTopicsResponse>(
            nameof(V1.ToolHandler.ToolHandlerBase.ListTopics),
            new() { AsAgent = call.Agent, PageSize = PageSize, PageToken = cursor });
        foreach (var topic in page?.Topics ?? [])
        {
            result.Resources.Add(new() { Uri = McpAddress.OfTopic(topic.Name), Name = topic.Name, MimeType = Json });
        }

        result.Meta = McpPosition.Meta(page?.Position);
        result.NextCursor = page is { NextPageToken.Length: > 0 } ? TopicsCursor + page.NextPageToken : null;
    }

    private static async Task<ReadResourceResult> ReadItemAsync(McpCall call, string address, string key)
    {
        var answer = await call.AskAsync<V1.GetRequest, V1.GetResponse>(
            nameof(V1.ToolHandler.ToolHandlerBase.GetContext), new() { AsAgent = call.Agent, Key = key });
        return answer.Item is { } item
            ? Answer([Content(address, item.ValueJson)], answer.Position)
            : throw McpErrors.NotFound(address, call.IsStateless);
    }

    private static async Task<ReadResourceResult> ReadTopicAsync(McpCall call, string topic, string page)
    {
        var answer = await call.AskAsync<V1.ListRequest, V1.ListResponse>(
            nameof(V1.ToolHandler.ToolHandlerBase.ListContext),
            new() { AsAgent = call.Agent, Filter = new() { Topics = { topic } }, PageSize = PageSize, PageToken = page });
        var result = Answer(
            [.. answer.Items.Select(item => Content(McpAddress.OfKey(item.Key), item.ValueJson))], answer.Position);
        if (answer.NextPageToken.Length > 0)
        {
            result.Meta![NextMetaKey] = McpAddress.OfTopic(topic, answer.NextPageToken);
        }

        return result;
    }

    private static async Task<(List<string> Names, bool HasMore)> KeysAsync(McpCall call, string begun)
    {
        var page = await call.TryAskAsync<V1.ListRequest, V1.ListResponse>(
            nameof(V1.ToolHandler.ToolHandlerBase.ListContext),
            new() { AsAgent = call.Agent, View = V1.ItemView.Keys, PageSize = PageSize, Filter = new() { KeyPrefix = begun } });
        return ([.. page?.Items.Select(item => item.Key) ?? []], page?.NextPageToken.Length > 0);
    }

    // The contract lists topics without a filter, so this looks at the first thousand.
    private static async Task<(List<string> Names, bool HasMore)> TopicsAsync(McpCall call, string begun)
    {
        const int MostTopics = 1_000;
        var page = await call.TryAskAsync<V1.ListTopicsRequest, V1.ListTopicsResponse>(
            nameof(V1.ToolHandler.ToolHandlerBase.ListTopics), new() { AsAgent = call.Agent, PageSize = MostTopics });
        var fitting = page?.Topics.Select(topic => topic.Name)
            .Where(name => name.StartsWith(begun, StringComparison.Ordinal)).ToList() ?? [];
        return ([.. fitting.Take(PageSize)], fitting.Count > PageSize || page?.NextPageToken.Length > 0);
    }
}
