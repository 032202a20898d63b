namespace Syntha.Client;

public sealed partial class ContextMesh
{
    /// <summary>
    /// Changes the value of an item on the server. The item keeps its routing, author, metadata and time to live. A patch that changes
    /// nothing makes no revision.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="patch">The change.</param>
    /// <param name="options">Who patches, the guard, and a request id of your own.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The position of the command, and the new number or the new length of the list.</returns>
    /// <exception cref="SynthaConflictException">
    /// <see cref="PatchOptions.IfRevision"/> did not hold, or the patch does not apply to the present value: a test does not hold, a place
    /// does not exist, or there is no item that the caller can read.
    /// </exception>
    /// <exception cref="SynthaPermissionDeniedException">As an agent: its post permissions do not allow the item's routing.</exception>
    /// <exception cref="SynthaInvalidArgumentException">The patch is wrong in itself, or the value would be too large.</exception>
    /// <exception cref="SynthaUnavailableException">No answer came. It is unknown whether the write took place.</exception>
    public async Task<PatchReceipt> PatchAsync(
        string key,
        ValuePatch patch,
        PatchOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var requestId = Requests.IdOf(options);
        await calls.DemandClaimsAsync(options?.IfClaim, cancellationToken).ConfigureAwait(false);
        var request = Requests.Patch(options?.AgentName, key, patch, options, requestId);
        var response = await calls.WriteAsync(calls.Mesh.PatchAsync, request, requestId, cancellationToken).ConfigureAwait(false);
        return Requests.ReceiptOf(response, requestId);
    }

    /// <summary>
    /// Carries out several operations of any kind as one command with one revision: all of them or none. Every operation sees the mesh as
    /// it was before the command.
    /// </summary>
    /// <param name="operations">1 to 10,000 operations, at most 3 MiB together.</param>
    /// <param name="options">Who acts, guards on other keys, and a request id of your own.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The position of the command, and a result for each operation.</returns>
    /// <exception cref="SynthaConflictException">A guard did not hold, or a patch does not apply. Nothing was done.</exception>
    /// <inheritdoc cref="PushAsync(string, System.Text.Json.JsonElement, PushOptions?, CancellationToken)" path="/exception"/>
    public async Task<CommitReceipt> CommitAsync(
        IEnumerable<CommitOperation> operations,
        CommitOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var requestId = Requests.IdOf(options);
        await calls.DemandClaimsAsync(options?.IfClaim, cancellationToken).ConfigureAwait(false);
        var request = Requests.Commit(options?.AgentName, operations, options, requestId);
        var response = await calls.WriteAsync(calls.Mesh.CommitAsync, request, requestId, cancellationToken).ConfigureAwait(false);
        return Requests.ReceiptOf(response, requestId);
    }
}
