using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core.Interceptors;

namespace Syntha.Server.Tests.Support;

/// <summary>One user's two services, by generated stubs, and short words for what tests do most.</summary>
internal sealed class TestUser
{
    /// <param name="channel">The way to the server.</param>
    /// <param name="id">The user's id.</param>
    /// <param name="secret">An API key or a token; null where the server needs none.</param>
    public TestUser(ChannelBase channel, string id, string? secret = null)
    {
        Id = id;
        var invoker = channel.Intercept(new CallerHeaders(id, secret));
        (Mesh, Tools) = (new(invoker), new(invoker));
    }

    public string Id { get; }

    public ContextMesh.ContextMeshClient Mesh { get; }

    public ToolHandler.ToolHandlerClient Tools { get; }

    public async Task<long> PushAsync(
        string key, string json = "1", string[]? topics = null, string[]? subscribers = null, string? agent = null, TimeSpan? ttl = null) =>
        (await Mesh.PushAsync(Push(key, json, topics, subscribers, agent, ttl))).Position.Revision;

    public async Task<Item?> FindAsync(string key, string? agent = null)
    {
        var request = new GetRequest { Key = key };
        if (agent is not null)
        {
            request.AsAgent = agent;
        }

        return (await Mesh.GetAsync(request)).Item;
    }

    public async Task<string?> ValueAsync(string key, string? agent = null) => (await FindAsync(key, agent))?.ValueJson;

    /// <summary>All keys that the owner or an agent sees, in their order.</summary>
    public async Task<List<string>> KeysAsync(string? agent = null)
    {
        var keys = new List<string>();
        var request = new ListRequest { View = ItemView.Keys };
        if (agent is not null)
        {
            request.AsAgent = agent;
        }

        do
        {
            var page = await Mesh.ListAsync(request);
            keys.AddRange(page.Items.Select(item => item.Key));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return keys;
    }

    /// <summary>What the owner or an agent sees, key and value: as a stream that is folded holds it. For less than a page.</summary>
    public async Task<SortedDictionary<string, string>> ItemsAsync(string? agent)
    {
        var request = new ListRequest { PageSize = 1000 };
        if (agent is not null)
        {
            request.AsAgent = agent;
        }

        return new((await Mesh.ListAsync(request)).Items.ToDictionary(item => item.Key, item => item.ValueJson), StringComparer.Ordinal);
    }

    public async Task<Position> PositionAsync() => (await Mesh.GetStatsAsync(new())).Position;

    /// <summary>Everything that the owner can learn of the mesh, as one text: equal when nothing has changed.</summary>
    public async Task<string> StateAsync()
    {
        var stats = await Mesh.GetStatsAsync(new());
        var items = await Mesh.ListAsync(new() { PageSize = 1000 });
        var topics = await Mesh.ListTopicsAsync(new() { PageSize = 1000 });
        return string.Create(CultureInfo.InvariantCulture, $"{stats}{items}{topics}");
    }

    public static PushRequest Push(
        string key, string json = "1", string[]? topics = null, string[]? subscribers = null, string? agent = null, TimeSpan? ttl = null)
    {
        var request = new PushRequest { Item = new() { Key = key, ValueJson = json, Topics = { topics ?? [] }, Subscribers = { subscribers ?? [] } } };
        if (agent is not null)
        {
            request.AsAgent = agent;
        }

        request.Item.Ttl = ttl is { } time ? Duration.FromTimeSpan(time) : null;
        return request;
    }
}
