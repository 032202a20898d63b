using System.Text.Json.Nodes;
using System.Threading.Channels;

using Syntha.Client.Tests.RealServer;

namespace Syntha.Client.Tests.Conformance;

/// <summary>
/// A wait of the client in line for a claim. A cancelled wait would leave the line, so the end of it is that of its client: the place lasts
/// for its grace time.
/// </summary>
internal sealed class ScenarioLine : IScenarioStream, IProgress<ClaimPlace>
{
    private readonly Channel<JsonObject> events = Channel.CreateUnbounded<JsonObject>();
    private readonly Relay relay;
    private readonly SynthaClient client;
    private Task waiting = Task.CompletedTask;
    private JsonObject? first;
    private JsonObject? last;

    private ScenarioLine(Relay relay, SynthaClient client) => (this.relay, this.client) = (relay, client);

    public Position? Through => null;

    internal static ScenarioLine Open(string address, string userId, string method, Given given)
    {
        var relay = new Relay(address);
        var line = new ScenarioLine(relay, new SynthaClient(relay.Address));
        line.waiting = line.WaitAsync(userId, method, given);
        return line;
    }

    public async Task<JsonObject> EstablishAsync()
    {
        first = await ReadAsync();
        return [];
    }

    public async Task<JsonObject> NextAsync()
    {
        if (first is { } told)
        {
            first = null;
            return told;
        }

        return await ReadAsync();
    }

    public void Cut() => relay.Cut();

    public void Report(ClaimPlace value)
    {
        var told = new JsonObject { ["waiting"] = new JsonObject { ["place"] = value.Place, ["claim"] = Telling.Of(value.Claim) } };
        // A heartbeat says what the message before said.
        if (last is null || !JsonNode.DeepEquals(last, told))
        {
            last = told;
            events.Writer.TryWrite(told.DeepClone().AsObject());
        }
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await relay.DisposeAsync();
        await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WaitAsync(string userId, string method, Given given)
    {
        try
        {
            var claim = given.Find("claim")!;
            var options = new ClaimOptions
            {
                RequestId = given.RequestId,
                Lease = claim.Seconds("lease"),
                Topics = claim.Topics,
                Subscribers = claim.Texts("subscribers"),
                Grace = given.Seconds("grace"),
            };
            var mesh = client.ForUser(userId);
            var name = claim.Text("name")!;
            // Not disposed: that would give the claim back.
            var held = method == "ContextMesh/AwaitClaim"
                ? await mesh.AwaitClaimAsync(name, options with { AgentName = given.AgentName }, this)
                : await mesh.ForAgent(given.AgentName!).AwaitClaimAsync(name, options, this);
            events.Writer.TryWrite(new()
            {
                ["held"] = new JsonObject
                {
                    ["name"] = held.Name,
                    ["token"] = Telling.Of(held.Token),
                    ["expireTime"] = held.ExpireTime,
                    ["lease"] = Telling.Seconds(held.Lease),
                },
            });
            events.Writer.Complete();
        }
        catch (Exception failure)
        {
            events.Writer.Complete(failure);
        }
    }

    private async Task<JsonObject> ReadAsync()
    {
        try
        {
            return await events.Reader.ReadAsync(TestContext.Current.CancellationToken);
        }
        catch (ChannelClosedException ended) when (ended.InnerException is { } failure)
        {
            throw failure;
        }
    }
}
