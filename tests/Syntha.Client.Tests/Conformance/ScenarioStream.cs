using System.Text.Json.Nodes;

using Syntha.Client.Tests.Fakes;
using Syntha.Client.Tests.RealServer;

namespace Syntha.Client.Tests.Conformance;

/// <summary>A subscription of the client over a connection that can be cut, in the events of the scenarios.</summary>
internal sealed class ScenarioStream(Relay relay, SynthaClient client, EventReader events) : IScenarioStream
{
    private readonly Queue<JsonObject> ahead = [];
    private JsonArray items = [];

    public Position? Through { get; private set; }

    internal static ScenarioStream Open(string address, string userId, string method, Given given)
    {
        var relay = new Relay(address);
        var client = new SynthaClient(relay.Address);
        var mesh = client.ForUser(userId);
        var subscription = method == "ContextMesh/Subscribe"
            ? mesh.SubscribeAsync(given.SubscriptionOptions, given.AgentName)
            : mesh.ForAgent(given.AgentName!).SubscribeToTopicsAsync(
                given.Filter.Topics, given.SubscriptionOptions with { Topics = [] });
        return new(relay, client, new EventReader(subscription));
    }

    /// <summary>Waits until it is established.</summary>
    public async Task<JsonObject> EstablishAsync()
    {
        while (true)
        {
            var contextEvent = await TakeAsync();
            if (contextEvent is ContextEvent.Established established)
            {
                return new() { ["position"] = Telling.Of(established.Position), ["snapshotFollows"] = established.IsSnapshotAhead };
            }

            if (Tell(contextEvent) is { } told)
            {
                ahead.Enqueue(told);
            }
        }
    }

    public async Task<JsonObject> NextAsync()
    {
        JsonObject? told;
        if (ahead.TryDequeue(out told))
        {
            return told;
        }

        do
        {
            told = Tell(await TakeAsync());
        }
        while (told is null);

        return told;
    }

    public void Cut() => relay.Cut();

    public async ValueTask DisposeAsync()
    {
        await events.DisposeAsync();
        client.Dispose();
        await relay.DisposeAsync();
    }

    private async Task<ContextEvent> TakeAsync()
    {
        var contextEvent = await events.NextAsync();
        Through = contextEvent.Through ?? Through;
        return contextEvent;
    }

    private JsonObject? Tell(ContextEvent contextEvent)
    {
        switch (contextEvent)
        {
            case ContextEvent.Committed committed:
                return Named("committed", new()
                {
                    ["revision"] = Telling.Number(committed.Revision),
                    ["changes"] = new JsonArray([.. committed.Changes.Select(Telling.Of)]),
                });
            case ContextEvent.Reset reset:
                return Named("reset", new() { ["reason"] = Telling.Constant(reset.Reason.ToString()) });
            case ContextEvent.SnapshotStarted:
                items = [];
                return null;
            case ContextEvent.SnapshotItems part:
                foreach (var item in part.Items)
                {
                    items.Add((JsonNode)Telling.Of(item));
                }

                return null;
            case ContextEvent.SnapshotCompleted completed:
                return Named("snapshot", new() { ["position"] = Telling.Of(completed.Position), ["items"] = items });
            default:
                return null;
        }
    }

    private static JsonObject Named(string name, JsonObject told) => new() { [name] = told };
}
