using Grpc.Core;
using Syntha.V1;

namespace Syntha.Cli.Probing;

/// <summary>A throwaway user with a canary in what it keeps, and the calls that attacks make most.</summary>
internal sealed class ProbeUser(CallInvoker calls, string id, string? secret, string canary)
{
    public string Id => id;

    /// <summary>Its API key. Null: the server needs no credentials.</summary>
    public string? Secret => secret;

    /// <summary>A text that is in each of its values.</summary>
    public string Canary => canary;

    public ContextMesh.ContextMeshClient Mesh { get; } = new(calls);

    public ToolHandler.ToolHandlerClient Tools { get; } = new(calls);

    /// <summary>A value with the canary in it.</summary>
    public string Json => $"\"{canary}\"";

    public async Task<Position> PushAsync(
        string key, string? json = null, string[]? topics = null, string[]? subscribers = null, string? agent = null) =>
        (await Mesh.PushAsync(Push(key, json ?? Json, topics, subscribers, agent))).Position;

    public async Task<string?> ValueAsync(string key, string? agent = null)
    {
        var request = new GetRequest { Key = key };
        if (agent is not null)
        {
            request.AsAgent = agent;
        }

        return (await Mesh.GetAsync(request)).Item?.ValueJson;
    }

    /// <summary>Requires that it reads back what it keeps.</summary>
    public async Task RequireOwnAsync(string key, string? json = null, string? agent = null) =>
        Require.Control(await ValueAsync(key, agent) == (json ?? Json), $"{agent ?? "the user"} does not read back its own {key}");

    public static PushRequest Push(string key, string json, string[]? topics = null, string[]? subscribers = null, string? agent = null)
    {
        var item = new ItemWrite { Key = key, ValueJson = json, Topics = { topics ?? [] }, Subscribers = { subscribers ?? [] } };
        var request = new PushRequest { Item = item };
        if (agent is not null)
        {
            request.AsAgent = agent;
        }

        return request;
    }
}
