using Syntha.Client.Transport;

namespace Syntha.Client;

public sealed partial class ContextMesh
{
    /// <summary>Removes one item. Mirrors <c>remove</c>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">Who removes, and under which condition; <see langword="null"/>: the owner, unconditionally.</param>
    /// <param name="cancellationToken">Cancels the call; whether the removal took place is then unknown.</param>
    /// <returns>
    /// Whether there was an item to remove; <see langword="false"/> for a key that is missing, expired or unreadable for the agent.
    /// </returns>
    /// <exception cref="SynthaConflictException"><see cref="RemoveOptions.IfRevision"/> did not hold.</exception>
    /// <exception cref="SynthaPermissionDeniedException">As an agent: its post permissions do not cover the item's routing.</exception>
    /// <exception cref="SynthaUnavailableException">No answer came; the outcome is unknown.</exception>
    public async Task<bool> RemoveAsync(string key, RemoveOptions? options = null, CancellationToken cancellationToken = default)
    {
        var requestId = Requests.IdOf(options);
        var request = new V1.RemoveRequest { Key = WireText.Checked(key, nameof(key)), RequestId = requestId.ToString() };
        if (options?.IfRevision is { } revision)
        {
            request.IfRevision = revision;
        }

        if (options?.AgentName is { } agentName)
        {
            request.AgentName = WireText.Checked(agentName, nameof(options));
        }

        return (await calls.WriteAsync(calls.Mesh.RemoveAsync, request, requestId, cancellationToken).ConfigureAwait(false)).Removed;
    }

    /// <summary>
    /// Removes everything of this user: items, subscriptions and permissions. As an agent: the items that this agent wrote. Mirrors
    /// <c>clear</c>.
    /// </summary>
    /// <param name="options">Who clears; <see langword="null"/>: the owner.</param>
    /// <param name="cancellationToken">Cancels the call; whether it took place is then unknown.</param>
    /// <returns>How many live items were removed.</returns>
    public async Task<long> ClearAsync(WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var requestId = Requests.IdOf(options);
        var request = new V1.ClearRequest { RequestId = requestId.ToString() };
        if (options?.AgentName is { } agentName)
        {
            request.AgentName = WireText.Checked(agentName, nameof(options));
        }

        return (await calls.WriteAsync(calls.Mesh.ClearAsync, request, requestId, cancellationToken).ConfigureAwait(false)).RemovedItems;
    }

    /// <summary>
    /// Purges items that have expired, so that <see cref="MeshStats.ExpiredItems"/> no longer counts them. The server does so by itself
    /// every 5 minutes. Mirrors <c>cleanup_expired</c>.
    /// </summary>
    /// <param name="options">Who asks: an agent purges only what it could read; <see langword="null"/>: the owner, all.</param>
    /// <param name="cancellationToken">Cancels the call; whether it took place is then unknown.</param>
    /// <returns>How many expired items were purged.</returns>
    public async Task<long> CleanupExpiredAsync(WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var requestId = Requests.IdOf(options);
        var request = new V1.CleanupExpiredRequest { RequestId = requestId.ToString() };
        if (options?.AgentName is { } agentName)
        {
            request.AgentName = WireText.Checked(agentName, nameof(options));
        }

        return (await calls.WriteAsync(calls.Mesh.CleanupExpiredAsync, request, requestId, cancellationToken).ConfigureAwait(false))
            .PurgedItems;
    }
}
