using Grpc.Core;

namespace Syntha.Page.Access;

/// <summary>
/// The calls about one user's mesh. For an owner they are those of ContextMesh. A credential that is limited to an agent opens ToolHandler
/// alone, and sees what the agent sees. Thread-safe.
/// </summary>
/// <param name="invoker">Makes the calls.</param>
/// <param name="agent">The agent that the credential is limited to. Null: none.</param>
public sealed class MeshClient(CallInvoker invoker, string? agent)
{
    // So many reads of single values at once, where there is no call for many.
    private const int AtOnce = 16;

    /// <summary>The owner's service. An agent's credential is refused there.</summary>
    public ContextMesh.ContextMeshClient Owner { get; } = new(invoker);

    /// <summary>The agents' service. Each request names its agent.</summary>
    public ToolHandler.ToolHandlerClient Agents { get; } = new(invoker);

    /// <summary>The agent that all calls are made for, because the credential is limited to it. Null: the owner makes them.</summary>
    public string? OnlyAgent => agent;

    /// <param name="request">Its <c>as_agent</c> is replaced for a credential of an agent.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ListResponse> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        if (agent is null)
        {
            return await Owner.ListAsync(request, cancellationToken: cancellationToken);
        }

        return await Agents.ListContextAsync(new(request) { AsAgent = agent }, cancellationToken: cancellationToken);
    }

    /// <summary>Reads items. Those that do not exist, or cannot be seen, are left out.</summary>
    /// <param name="keys">The keys, at most 1,000.</param>
    /// <param name="view">How much of each.</param>
    /// <param name="asAgent">Whose view it is. Null: the owner's.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    public async Task<IReadOnlyList<Item>> GetManyAsync(
        IReadOnlyCollection<string> keys, ItemView view, string? asAgent, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
        {
            return [];
        }

        if (agent is not null)
        {
            var found = new List<Item>();
            foreach (var part in keys.Chunk(AtOnce))
            {
                found.AddRange((await Task.WhenAll(part.Select(key => GetAsync(key, view, agent, cancellationToken))))
                    .Where(item => item is not null)!);
            }

            return found;
        }

        var request = new GetManyRequest { Keys = { keys }, View = view };
        if (asAgent is not null)
        {
            request.AsAgent = asAgent;
        }

        return (await Owner.GetManyAsync(request, cancellationToken: cancellationToken)).Items;
    }

    /// <returns>Null: there is no such item, or it cannot be seen.</returns>
    public async Task<Item?> GetAsync(string key, ItemView view, string? asAgent, CancellationToken cancellationToken)
    {
        var request = new GetRequest { Key = key, View = view };
        if ((agent ?? asAgent) is { } reader)
        {
            request.AsAgent = reader;
        }

        return (agent is null
            ? await Owner.GetAsync(request, cancellationToken: cancellationToken)
            : await Agents.GetContextAsync(request, cancellationToken: cancellationToken)).Item;
    }

    public async Task<PushResponse> PushAsync(ItemWrite item, CancellationToken cancellationToken)
    {
        var request = new PushRequest { Item = item, RequestId = Guid.NewGuid().ToString() };
        if (agent is null)
        {
            return await Owner.PushAsync(request, cancellationToken: cancellationToken);
        }

        request.AsAgent = agent;
        return await Agents.PushContextAsync(request, cancellationToken: cancellationToken);
    }

    public async Task<RemoveResponse> RemoveAsync(string key, long? ifRevision, CancellationToken cancellationToken)
    {
        var request = new RemoveRequest { Key = key, RequestId = Guid.NewGuid().ToString() };
        if (ifRevision is { } revision)
        {
            request.IfRevision = revision;
        }

        if (agent is null)
        {
            return await Owner.RemoveAsync(request, cancellationToken: cancellationToken);
        }

        request.AsAgent = agent;
        return await Agents.RemoveContextAsync(request, cancellationToken: cancellationToken);
    }

    /// <param name="request">Its <c>as_agent</c> is replaced for a credential of an agent.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ListTopicsResponse> ListTopicsAsync(ListTopicsRequest request, CancellationToken cancellationToken)
    {
        if (agent is null)
        {
            return await Owner.ListTopicsAsync(request, cancellationToken: cancellationToken);
        }

        return await Agents.ListTopicsAsync(new(request) { AsAgent = agent }, cancellationToken: cancellationToken);
    }

    /// <summary>Opens a stream of changes.</summary>
    public AsyncServerStreamingCall<SubscribeResponse> Subscribe(SubscribeRequest request, CancellationToken cancellationToken)
    {
        if (agent is null)
        {
            return Owner.Subscribe(request, cancellationToken: cancellationToken);
        }

        // The agent's subscriptions stay as they are: to look is not to subscribe.
        return Agents.SubscribeToTopics(
            new()
            {
                AsAgent = agent,
                Filter = request.Filter,
                View = request.View,
                Start = request.Start,
                Heartbeat = request.Heartbeat,
                Kinds = { request.Kinds },
                SkipRegistration = true,
            },
            cancellationToken: cancellationToken);
    }
}
