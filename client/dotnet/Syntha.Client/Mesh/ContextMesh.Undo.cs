namespace Syntha.Client;

public sealed partial class ContextMesh
{
    /// <summary>
    /// Asks what an undo would do: which keys would change, and to what, and where something stands in the way. It changes nothing.
    /// </summary>
    /// <param name="scope">What to take back.</param>
    /// <param name="agentName">
    /// The agent that asks. It takes back only what it wrote itself, and must be allowed to read the past. <see langword="null"/>: the
    /// owner.
    /// </param>
    /// <param name="keysOnly">Whether to leave the values out.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The plan, whole.</returns>
    /// <exception cref="SynthaPermissionDeniedException">The agent may not read the past, or the scope names another author.</exception>
    /// <exception cref="SynthaException">
    /// The log no longer has all of the commands (<see cref="ErrorReason.HistoryCompacted"/>), or a position is of another epoch.
    /// </exception>
    public Task<UndoPlan> PlanUndoAsync(
        UndoScope scope, string? agentName = null, bool keysOnly = false, CancellationToken cancellationToken = default) =>
        Requests.PlanUndoAsync(
            (request, token) => calls.ReadAsync(calls.Mesh.PlanUndoAsync, request, token), scope, agentName, keysOnly, jsonOptions,
            cancellationToken);

    /// <summary>
    /// Carries out a plan, as one command: each item becomes what it was. What has an obstacle is left alone. An undo can be undone as
    /// well.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="options">Whether an obstacle refuses the whole, and a request id of your own.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The position of the command, and how much it changed.</returns>
    /// <exception cref="SynthaConflictException">
    /// Something has changed since the plan (<see cref="ErrorReason.PlanOutdated"/>), or has an obstacle although all was asked for
    /// (<see cref="ErrorReason.UndoBlocked"/>). Nothing was changed.
    /// </exception>
    /// <exception cref="SynthaQuotaException">What would come back does not fit into the user's quota.</exception>
    /// <exception cref="SynthaUnavailableException">No answer came. It is unknown whether the undo took place.</exception>
    public async Task<UndoReceipt> UndoAsync(UndoPlan plan, UndoOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (request, requestId) = Requests.Undo(plan, options);
        var response = await calls.WriteAsync(calls.Mesh.UndoAsync, request, requestId, cancellationToken).ConfigureAwait(false);
        return Requests.ReceiptOf(response, requestId);
    }

    /// <summary>
    /// Removes the values and the metadata of versions of a key from history for good. Who wrote when stays. The owner's alone.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="versions">Which versions.</param>
    /// <param name="requestId">An id of your own. <see langword="null"/>: the client makes one.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many versions have lost their value.</returns>
    /// <exception cref="SynthaUnavailableException">No answer came. It is unknown whether the redaction took place.</exception>
    public async Task<RedactReceipt> RedactAsync(
        string key, RedactionScope versions, Guid? requestId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(versions);
        var id = requestId ?? Requests.NewId();
        var request = new V1.RedactRequest { Key = WireText.Checked(key, nameof(key)), RequestId = id.ToString() };
        versions.SetIn(request);
        var response = await calls.WriteAsync(calls.Mesh.RedactAsync, request, id, cancellationToken).ConfigureAwait(false);
        return new(
            Position.From(response.Position), response.Replayed, id, response.RedactedVersions, response.Removed, response.HasMore);
    }
}
