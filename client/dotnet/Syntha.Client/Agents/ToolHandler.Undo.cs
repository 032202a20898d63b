namespace Syntha.Client;

public sealed partial class ToolHandler
{
    /// <summary>Asks what an undo of the agent's own changes would do. The agent must be allowed to read the past.</summary>
    /// <param name="scope">What to take back.</param>
    /// <param name="keysOnly">Whether to leave the values out.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The plan, whole.</returns>
    /// <inheritdoc cref="ContextMesh.PlanUndoAsync" path="/exception"/>
    public Task<UndoPlan> PlanUndoContextAsync(UndoScope scope, bool keysOnly = false, CancellationToken cancellationToken = default) =>
        Requests.PlanUndoAsync(
            (request, token) => calls.ReadAsync(calls.Tools.PlanUndoContextAsync, request, token), scope, AgentName, keysOnly, jsonOptions,
            cancellationToken);

    /// <summary>Takes back what the agent has written itself, as the plan says.</summary>
    /// <param name="plan">A plan of this agent.</param>
    /// <param name="options">Whether an obstacle refuses the whole, and a request id of your own.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The position of the command, and how much it changed.</returns>
    /// <inheritdoc cref="ContextMesh.UndoAsync" path="/exception"/>
    public async Task<UndoReceipt> UndoContextAsync(
        UndoPlan plan, UndoOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (request, requestId) = Requests.Undo(plan, options);
        var response = await calls.WriteAsync(calls.Tools.UndoContextAsync, request, requestId, cancellationToken).ConfigureAwait(false);
        return Requests.ReceiptOf(response, requestId);
    }
}
