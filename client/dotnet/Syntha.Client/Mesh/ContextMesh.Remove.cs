
namespace Syntha.Client;

public sealed partial class ContextMesh
{
    /// <summary>Removes one item. Mirrors <c>remove</c>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">Who removes, and the guard. <see langword="null"/>: the owner, without a guard.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// Whether there was an item to remove. <see langword="false"/> for a key that is missing, expired or unreadable for the agent.
    /// </returns>
    /// <exception cref="SynthaConflictException"><see cref="RemoveOptions.IfRevision"/> did not hold.</exception>
    /// <exception cref="SynthaPermissionDeniedException">As an agent: its post permissions do not allow the item's routing.</exception>
    /// <exception cref="SynthaUnavailableException">No answer came. It is unknown whether the item was removed.</exception>
    public async Task<bool> RemoveAsync(string key, RemoveOptions? options = null, CancellationToken cancellationToken = default)
    {
        var requestId = Requests.IdOf(options);
        await calls.DemandClaimsAsync(options?.IfClaim, cancellationToken).ConfigureAwait(false);
        var request = new V1.RemoveRequest
        {
            Key = WireText.Checked(key, nameof(key)),
            RequestId = requestId.ToString(),
            IfClaim = options?.IfClaim?.ToWire(),
        };
        if (options?.IfRevision is { } revision)
        {
            request.IfRevision = revision;
        }

        WireText.SetIfGiven(options?.AgentName, nameof(options), agent => request.AsAgent = agent);
        return (await calls.WriteAsync(calls.Mesh.RemoveAsync, request, requestId, cancellationToken).ConfigureAwait(false)).Removed;
    }

    /// <summary>
    /// Removes all items, subscriptions and post permissions of this user. As an agent, it removes the items that this agent wrote. Mirrors
    /// <c>clear</c>. Access to tools stays as it is.
    /// </summary>
    /// <param name="options">Who clears. <see langword="null"/>: the owner.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many live items were removed.</returns>
    public async Task<long> ClearAsync(WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var requestId = Requests.IdOf(options);
        var request = new V1.ClearRequest { RequestId = requestId.ToString() };
        WireText.SetIfGiven(options?.AgentName, nameof(options), agent => request.AsAgent = agent);
        return (await calls.WriteAsync(calls.Mesh.ClearAsync, request, requestId, cancellationToken).ConfigureAwait(false)).RemovedItems;
    }

    /// <summary>
    /// Purges expired items, so that <see cref="MeshStats.ExpiredItems"/> no longer counts them. The server does the same by itself every
    /// 5 minutes. Mirrors <c>cleanup_expired</c>.
    /// </summary>
    /// <param name="options">Who asks. An agent purges only items that it could read. <see langword="null"/>: the owner, all items.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many expired items were purged.</returns>
    public async Task<long> CleanupExpiredAsync(WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var requestId = Requests.IdOf(options);
        var request = new V1.CleanupExpiredRequest { RequestId = requestId.ToString() };
        WireText.SetIfGiven(options?.AgentName, nameof(options), agent => request.AsAgent = agent);
        return (await calls.WriteAsync(calls.Mesh.CleanupExpiredAsync, request, requestId, cancellationToken).ConfigureAwait(false))
            .PurgedItems;
    }
}
