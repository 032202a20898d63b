using System.Text.Json.Nodes;
using System.Threading.Channels;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Syntha.Server.Tests.Mcp;

/// <summary>A request <c>subscriptions/listen</c> of a host, and what it is told.</summary>
internal sealed class McpListener : IAsyncDisposable
{
    private static readonly string[] Methods =
    [
        NotificationMethods.SubscriptionsAcknowledgedNotification, NotificationMethods.ResourceUpdatedNotification,
        NotificationMethods.ResourceListChangedNotification, NotificationMethods.ToolListChangedNotification,
    ];

    private readonly Channel<string> told = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly List<IAsyncDisposable> handlers;

    private McpListener(McpClient host, JsonObject notifications)
    {
        handlers = [.. Methods.Select(method => host.RegisterNotificationHandler(method, (notification, _) =>
        {
            Assert.NotNull(notification.Params!["_meta"]!["io.modelcontextprotocol/subscriptionId"]);
            var subject = (string?)notification.Params!["uri"] ?? notification.Params!["notifications"]?.ToJsonString();
            told.Writer.TryWrite(subject is null ? method : $"{method} {subject}");
            return ValueTask.CompletedTask;
        }))];
        Answer = host.SendRequestAsync(
            new() { Method = RequestMethods.SubscriptionsListen, Params = new JsonObject { ["notifications"] = notifications } },
            ended.Token);
    }

    /// <summary>The end of the request.</summary>
    public Task<JsonRpcResponse> Answer { get; }

    /// <summary>Listens, and waits for the acknowledgement.</summary>
    public static async Task<McpListener> StartAsync(McpClient host, JsonObject notifications)
    {
        var listener = new McpListener(host, notifications);
        var first = await listener.NextAsync();
        Assert.StartsWith(NotificationMethods.SubscriptionsAcknowledgedNotification, first, StringComparison.Ordinal);
        return listener;
    }

    public static Task<McpListener> StartAsync(McpClient host, params string[] addresses) =>
        StartAsync(host, new JsonObject { ["resourceSubscriptions"] = new JsonArray([.. addresses.Select(address => (JsonNode)address)]) });

    /// <summary>
    /// Waits until all of these were told, in any order, because the client hands each on as it comes. Nothing else may be told.
    /// </summary>
    public async Task HearAsync(params string[] expected)
    {
        var missing = expected.ToHashSet();
        while (missing.Count > 0)
        {
            var next = await told.Reader.ReadAsync(ended.Token);
            Assert.Contains(next, expected);
            missing.Remove(next);
        }
    }

    /// <summary>What is told next. A request that failed has nothing to tell.</summary>
    public async Task<string> NextAsync()
    {
        var next = told.Reader.ReadAsync(ended.Token).AsTask();
        if (await Task.WhenAny(next, Answer) == Answer && !next.IsCompleted)
        {
            await Answer;
        }

        return await next;
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        foreach (var handler in handlers)
        {
            await handler.DisposeAsync();
        }

        ended.Dispose();
    }
}
