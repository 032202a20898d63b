namespace Syntha.Client;

public sealed partial class ToolHandler
{
    /// <summary>Removes one item that the agent can read. Mirrors <c>remove_context</c> of the seed.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">The guard, and a request id of your own. Leave the agent's name out.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether there was such an item.</returns>
    /// <exception cref="SynthaConflictException"><see cref="RemoveOptions.IfRevision"/> did not hold.</exception>
    /// <exception cref="SynthaPermissionDeniedException">The agent's post permissions do not allow the item's routing.</exception>
    /// <exception cref="SynthaUnavailableException">No answer came. It is unknown whether the item was removed.</exception>
    public async Task<bool> RemoveContextAsync(
        string key,
        RemoveOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ThrowIfAgentNamed(options, nameof(options));
        var requestId = Requests.IdOf(options);
        await calls.DemandClaimsAsync(options?.IfClaim, cancellationToken).ConfigureAwait(false);
        var request = new V1.RemoveRequest
        {
            AsAgent = AgentName,
            Key = WireText.Checked(key, nameof(key)),
            RequestId = requestId.ToString(),
            IfClaim = options?.IfClaim?.ToWire(),
        };
        if (options?.IfRevision is { } revision)
        {
            request.IfRevision = revision;
        }

        return (await calls.WriteAsync(calls.Tools.RemoveContextAsync, request, requestId, cancellationToken).ConfigureAwait(false))
            .Removed;
    }

    /// <summary>
    /// Removes everything of this <b>user</b>, as the mesh's owner: the items of all agents, subscriptions and post permissions. Mirrors
    /// <c>clear_all_context</c> of the seed. <see cref="ClearOwnContextAsync"/> removes what this agent wrote.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many live items were removed.</returns>
    public Task<long> ClearAllContextAsync(CancellationToken cancellationToken = default) =>
        mesh.ClearAsync(options: null, cancellationToken);

    /// <summary>Removes the items that this agent wrote. Subscriptions stay.</summary>
    /// <param name="options">A request id of your own. Leave the agent's name out.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many live items were removed.</returns>
    public async Task<long> ClearOwnContextAsync(WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfAgentNamed(options, nameof(options));
        var requestId = Requests.IdOf(options);
        var request = new V1.ClearRequest { AsAgent = AgentName, RequestId = requestId.ToString() };
        return (await calls.WriteAsync(calls.Tools.ClearContextAsync, request, requestId, cancellationToken).ConfigureAwait(false))
            .RemovedItems;
    }

    /// <summary>Takes topics from the agent's subscriptions.</summary>
    /// <param name="topics">The topics to take, at most 1,000.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The topics that the agent was subscribed to, those that it was not, and those that remain.</returns>
    public async Task<UnsubscribeResult> UnsubscribeFromTopicsAsync(
        IEnumerable<string> topics,
        CancellationToken cancellationToken = default)
    {
        var requestId = Requests.NewId();
        var request = new V1.UnsubscribeFromTopicsRequest
        {
            Agent = AgentName,
            Topics = { WireText.Checked(topics, nameof(topics)) },
            RequestId = requestId.ToString(),
        };
        return new UnsubscribeResult(await calls.WriteAsync(
            calls.Tools.UnsubscribeFromTopicsAsync, request, requestId, cancellationToken).ConfigureAwait(false));
    }
}
