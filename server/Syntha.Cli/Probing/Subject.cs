using Grpc.Core;
using Syntha.V1;

namespace Syntha.Cli.Probing;

/// <summary>A throw-away user, with a canary for what it keeps, and short words for what attacks do most.</summary>
internal sealed class Subject(CallInvoker calls, string id, string? secret, string canary)
{
    public string Id => id;

    /// <summary>Its API key; null where there are no credentials.</summary>
    public string? Secret => secret;

    /// <summary>What is in everything that it keeps.</summary>
    public string Canary => canary;

    public ContextMesh.ContextMeshClient Mesh { get; } = new(calls);

    public ToolHandler.ToolHandlerClient Tools { get; } = new(calls);

    /// <summary>A value with its canary in it.</summary>
    public string Json => $"\"{canary}\"";

    public async Task<Position> PushAsync(string key, string? json = null, string[]? topics = null, string[]? subscribers = null, string? agent = null) =>
        (await Mesh.PushAsync(Push(key, json ?? Json, topics, subscribers, agent))).Position;

    public async Task<string?> ValueAsync(string key, string? agent = null)
    {
        var request = new GetRequest { Key = key };
        if (agent is not null)
        {
            request.AgentName = agent;
        }

        return (await Mesh.GetAsync(request)).Item?.ValueJson;
    }

    /// <summary>Demands that it reads what it keeps.</summary>
    public async Task DemandOwnAsync(string key, string? json = null, string? agent = null) =>
        Demand.Control(await ValueAsync(key, agent) == (json ?? Json), $"{agent ?? "the user"} does not read back its own {key}");

    public static PushRequest Push(string key, string json, string[]? topics = null, string[]? subscribers = null, string? agent = null)
    {
        var request = new PushRequest { Key = key, ValueJson = json, Topics = { topics ?? [] }, Subscribers = { subscribers ?? [] } };
        if (agent is not null)
        {
            request.AgentName = agent;
        }

        return request;
    }
}
