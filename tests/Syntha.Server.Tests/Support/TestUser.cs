using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core.Interceptors;

namespace Syntha.Server.Tests.Support;

/// <summary>A user's two services by generated stubs, with short methods for what tests do most.</summary>
internal sealed class TestUser
{
    /// <param name="channel">The channel to the server.</param>
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

    /// <summary>All keys that the owner or an agent sees, in order.</summary>
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

    /// <summary>The keys and values that the owner or an agent sees, as a folded stream holds them. Works for less than a page.</summary>
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

    /// <summary>Everything that the owner can learn of the mesh, as one text. It stays equal while nothing changes.</summary>
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
        var item = new ItemWrite { Key = key, ValueJson = json, Topics = { topics ?? [] }, Subscribers = { subscribers ?? [] } };
        var request = new PushRequest { Item = item };
        if (agent is not null)
        {
            request.AsAgent = agent;
        }

        request.Item.Ttl = ttl is { } time ? Duration.FromTimeSpan(time) : null;
        return request;
    }
}
