using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Syntha.Server.Mcp;

/// <summary>
/// One request <c>subscriptions/listen</c>: it stays open, and tells of changes as the mesh's feed brings them. Every change that is
/// committed after the acknowledgement is told. A topic's notification may also come when an item that was never in it has gone, because
/// the feed does not say which topics an item has left.
/// </summary>
internal sealed class McpListening
{
    private const int MaxSubscriptions = 1_000;

    private readonly McpCall call;
    private readonly RequestContext<SubscriptionsListenRequestParams> request;
    private readonly SubscriptionsListenNotifications granted;
    private readonly ILookup<string, string> byKey;
    private readonly ILookup<string, string> byTopic;
    private readonly FrozenSet<string> ofChanges;

    private McpListening(McpCall call, RequestContext<SubscriptionsListenRequestParams> request)
    {
        (this.call, this.request) = (call, request);
        var asked = request.Params!.Notifications;
        var addresses = asked.ResourceSubscriptions ?? [];
        byKey = addresses.Where(address => McpAddress.KeyIn(address) is not null)
            .ToLookup(address => McpAddress.KeyIn(address)!, StringComparer.Ordinal);
        byTopic = addresses.Where(address => McpAddress.TopicIn(address) is not null)
            .ToLookup(address => McpAddress.TopicIn(address)!.Value.Topic, StringComparer.Ordinal);
        ofChanges = addresses.Where(address => McpAddress.IsChanges(address, out _)).ToFrozenSet(StringComparer.Ordinal);
        // The prompts never change, so nothing is promised about them.
        granted = new()
        {
            ToolsListChanged = asked.ToolsListChanged == true ? true : null,
            ResourcesListChanged = asked.ResourcesListChanged == true ? true : null,
            ResourceSubscriptions = addresses.Count == 0 ? null
                : [.. addresses.Where(address => McpAddress.KeyIn(address) is not null || McpAddress.TopicIn(address) is not null
                    || ofChanges.Contains(address))],
        };
    }

    /// <param name="call">The request.</param>
    /// <param name="request">What the client wants to be told.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    public static async Task<EmptyResult> RunAsync(
        McpCall call, RequestContext<SubscriptionsListenRequestParams> request, CancellationToken cancellationToken)
    {
        if (request.Params?.Notifications is null)
        {
            throw McpErrors.InvalidParams("The request needs `params.notifications`.");
        }

        if (request.Params.Notifications.ResourceSubscriptions?.Count > MaxSubscriptions)
        {
            throw McpErrors.InvalidParams($"At most {MaxSubscriptions} resources can be named; listen again for others.");
        }

        return await new McpListening(call, request).RunAsync(cancellationToken);
    }

    private async Task<EmptyResult> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await call.FollowAsync(
                new() { AsAgent = call.Agent, View = V1.ItemView.Keys, SkipRegistration = true }, TakeAsync, cancellationToken);
        }
        catch (McpProtocolException) when (granted.ToolsListChanged == true && !cancellationToken.IsCancellationRequested)
        {
            // The agent may have lost the tools that a stream needs.
            await TellAsync(NotificationMethods.ToolListChangedNotification, new());
            throw;
        }

        return new() { Meta = Tag() };
    }

    private Task TakeAsync(V1.SubscribeResponse message) => message.MessageCase switch
    {
        V1.SubscribeResponse.MessageOneofCase.Established => AcknowledgeAsync(),
        V1.SubscribeResponse.MessageOneofCase.Reset => ResetAsync(),
        V1.SubscribeResponse.MessageOneofCase.Changes => TellAsync(message.Changes),
        V1.SubscribeResponse.MessageOneofCase.Progress => call.BeatAsync(),
        _ => Task.CompletedTask,
    };

    private Task AcknowledgeAsync() => TellAsync(
        NotificationMethods.SubscriptionsAcknowledgedNotification,
        JsonSerializer.SerializeToNode(
            new SubscriptionsAcknowledgedNotificationParams { Notifications = granted }, McpJsonUtilities.DefaultOptions)!.AsObject());

    // The agent's own topics or rights have changed, and with them all that it can read and use.
    private async Task ResetAsync()
    {
        if (granted.ToolsListChanged == true)
        {
            await TellAsync(NotificationMethods.ToolListChangedNotification, new());
        }

        await TellListAsync();
        foreach (var address in granted.ResourceSubscriptions ?? [])
        {
            await TellUpdatedAsync(address);
        }
    }

    private async Task TellAsync(V1.Changes changes)
    {
        if (changes.Changes_.Any(change => change.Kind != V1.ChangeKind.Updated))
        {
            await TellListAsync();
        }

        var touched = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in changes.Changes_)
        {
            touched.UnionWith(byKey[change.Key]);
            touched.UnionWith(ofChanges);
            // A new item is in its own topics. Any topic may have lost another item, also by an update of its routing.
            touched.UnionWith(change.Kind is V1.ChangeKind.Created or V1.ChangeKind.EnteredView
                ? change.Item.Topics.SelectMany(topic => byTopic[topic])
                : byTopic.SelectMany(addresses => addresses));
        }

        foreach (var address in touched)
        {
            await TellUpdatedAsync(address);
        }
    }

    private Task TellListAsync() => granted.ResourcesListChanged == true
        ? TellAsync(NotificationMethods.ResourceListChangedNotification, new())
        : Task.CompletedTask;

    private Task TellUpdatedAsync(string address) =>
        TellAsync(NotificationMethods.ResourceUpdatedNotification, new() { ["uri"] = address });

    private Task TellAsync(string method, JsonObject parameters)
    {
        parameters["_meta"] = Tag();
        return request.Server.SendMessageAsync(new JsonRpcNotification { Method = method, Params = parameters }, CancellationToken.None);
    }

    private JsonObject Tag() => new()
    {
        [MetaKeys.SubscriptionId] = request.JsonRpcRequest.Id.Id is long number ? JsonValue.Create(number)
            : JsonValue.Create(request.JsonRpcRequest.Id.ToString()),
    };
}
