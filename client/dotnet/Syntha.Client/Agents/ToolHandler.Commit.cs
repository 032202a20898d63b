namespace Syntha.Client;

public sealed partial class ToolHandler
{
    /// <summary>Changes the value of an item that the agent can read, on the server.</summary>
    /// <param name="key">The key.</param>
    /// <param name="patch">The change.</param>
    /// <param name="options">The guard, and a request id of your own. Leave the agent's name out.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The position of the command, and the new number or the new length of the list.</returns>
    /// <inheritdoc cref="ContextMesh.PatchAsync" path="/exception"/>
    public async Task<PatchReceipt> PatchContextAsync(
        string key,
        ValuePatch patch,
        PatchOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ThrowIfAgentNamed(options, nameof(options));
        var requestId = Requests.IdOf(options);
        await calls.DemandClaimsAsync(options?.IfClaim, cancellationToken).ConfigureAwait(false);
        var request = Requests.Patch(AgentName, key, patch, options, requestId);
        var response = await calls.WriteAsync(calls.Tools.PatchContextAsync, request, requestId, cancellationToken).ConfigureAwait(false);
        return Requests.ReceiptOf(response, requestId);
    }

    /// <summary>Carries out several operations in the agent's name, as one command: all of them or none.</summary>
    /// <param name="operations">1 to 10,000 operations, at most 3 MiB together. An agent sets no topics of agents by them.</param>
    /// <param name="options">Guards on other keys, and a request id of your own. Leave the agent's name out.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The position of the command, and a result for each operation.</returns>
    /// <inheritdoc cref="ContextMesh.CommitAsync" path="/exception"/>
    public async Task<CommitReceipt> CommitContextAsync(
        IEnumerable<CommitOperation> operations,
        CommitOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ThrowIfAgentNamed(options, nameof(options));
        var requestId = Requests.IdOf(options);
        await calls.DemandClaimsAsync(options?.IfClaim, cancellationToken).ConfigureAwait(false);
        var request = Requests.Commit(AgentName, operations, options, requestId);
        var response = await calls.WriteAsync(calls.Tools.CommitContextAsync, request, requestId, cancellationToken).ConfigureAwait(false);
        return Requests.ReceiptOf(response, requestId);
    }
}
