using Syntha.Client.Transport;

namespace Syntha.Client;

public sealed partial class ToolHandler
{
    /// <summary>Removes one item that the agent can read. Mirrors <c>remove_context</c> of the seed.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">Under which condition; its agent's name is to be left out.</param>
    /// <param name="cancellationToken">Cancels the call; whether the removal took place is then unknown.</param>
    /// <returns>Whether there was such an item.</returns>
    /// <exception cref="SynthaConflictException"><see cref="RemoveOptions.IfRevision"/> did not hold.</exception>
    /// <exception cref="SynthaPermissionDeniedException">The agent's post permissions do not cover the item's routing.</exception>
    /// <exception cref="SynthaUnavailableException">No answer came; the outcome is unknown.</exception>
    public async Task<bool> RemoveContextAsync(
        string key,
        RemoveOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ThrowIfAgentNamed(options, nameof(options));
        var requestId = Requests.IdOf(options);
        var request = new V1.RemoveContextRequest
        {
            AgentName = AgentName,
            Key = WireText.Checked(key, nameof(key)),
            RequestId = requestId.ToString(),
        };
        if (options?.IfRevision is { } revision)
        {
            request.IfRevision = revision;
        }

        return (await calls.WriteAsync(calls.Tools.RemoveContextAsync, request, requestId, cancellationToken).ConfigureAwait(false))
            .Removed;
    }

    /// <summary>
    /// Removes everything of this <b>user</b>: the items of all agents, subscriptions and permissions, as the mesh's owner. Mirrors
    /// <c>clear_all_context</c> of the seed. <see cref="ClearOwnContextAsync"/> removes what this agent wrote.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call; whether it took place is then unknown.</param>
    /// <returns>How many live items were removed.</returns>
    public Task<long> ClearAllContextAsync(CancellationToken cancellationToken = default) =>
        mesh.ClearAsync(options: null, cancellationToken);

    /// <summary>Removes the items that this agent wrote. Subscriptions stay.</summary>
    /// <param name="options">A request id of the caller's own; the agent's name is to be left out.</param>
    /// <param name="cancellationToken">Cancels the call; whether it took place is then unknown.</param>
    /// <returns>How many live items were removed.</returns>
    public async Task<long> ClearOwnContextAsync(WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfAgentNamed(options, nameof(options));
        var requestId = Requests.IdOf(options);
        var request = new V1.ClearContextRequest { AgentName = AgentName, RequestId = requestId.ToString() };
        return (await calls.WriteAsync(calls.Tools.ClearContextAsync, request, requestId, cancellationToken).ConfigureAwait(false))
            .RemovedItems;
    }

    /// <summary>Takes topics from the agent's subscriptions.</summary>
    /// <param name="topics">The topics to take, at most 1,000.</param>
    /// <param name="cancellationToken">Cancels the call; whether it took place is then unknown.</param>
    /// <returns>Which topics it was subscribed to, which not, and what remains.</returns>
    public async Task<UnsubscribeResult> UnsubscribeFromTopicsAsync(
        IEnumerable<string> topics,
        CancellationToken cancellationToken = default)
    {
        var requestId = Requests.NewId();
        var request = new V1.ToolHandlerUnsubscribeFromTopicsRequest
        {
            AgentName = AgentName,
            Topics = { Requests.Names(topics, nameof(topics)) },
            RequestId = requestId.ToString(),
        };
        return new UnsubscribeResult(await calls.WriteAsync(
            calls.Tools.UnsubscribeFromTopicsAsync, request, requestId, cancellationToken).ConfigureAwait(false));
    }
}
