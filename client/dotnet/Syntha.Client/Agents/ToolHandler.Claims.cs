namespace Syntha.Client;

public sealed partial class ToolHandler
{
    /// <summary>
    /// Claims a name, when it is free. At every revision a name has one holder at most. Release it, or dispose the handle, when the work is
    /// done.
    /// </summary>
    /// <param name="name">The name: a task, a key, anything.</param>
    /// <param name="options">How long, who may see it, and a request id of your own.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The claim.</returns>
    /// <exception cref="SynthaConflictException">
    /// Another holds it (<see cref="ErrorReason.ClaimHeld"/>). The metadata tell the holder and until when, to those who may see the claim.
    /// </exception>
    public Task<ClaimHandle> ClaimAsync(string name, ClaimOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfAgentNamed(options, nameof(options));
        return Claims.ClaimAsync(name, options, cancellationToken);
    }

    /// <summary>
    /// Claims a name, and waits in line while another holds it. Those who wait get it in the order of their arrival. A wait whose
    /// connection breaks goes on, and keeps its place if it is back within <see cref="ClaimOptions.Grace"/>.
    /// </summary>
    /// <param name="name">The name: a task, a key, anything.</param>
    /// <param name="options">How long, who may see it, and a request id of your own.</param>
    /// <param name="progress">Is told the place in line, first and whenever it changes.</param>
    /// <param name="cancellationToken">Ends the wait, and gives up the place.</param>
    /// <returns>The claim.</returns>
    /// <exception cref="SynthaConflictException">
    /// Another holds it, and the caller may not see the claim: so it cannot wait for it (<see cref="ErrorReason.ClaimHeld"/>). Or
    /// the place was given up by another call, or the turn has come and gone (<see cref="ErrorReason.ClaimLost"/>).
    /// </exception>
    /// <exception cref="SynthaQuotaException">The line is full.</exception>
    public Task<ClaimHandle> AwaitClaimAsync(
        string name,
        ClaimOptions? options = null,
        IProgress<ClaimPlace>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ThrowIfAgentNamed(options, nameof(options));
        return Claims.AwaitAsync(name, options, progress, cancellationToken);
    }

    /// <summary>The claims that are held now and that the agent may see, in the byte order of their names.</summary>
    /// <param name="namePrefix">Only names that begin with this text. Empty (default): all.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The claims, read page by page.</returns>
    public IAsyncEnumerable<ClaimState> ListClaimsAsync(string namePrefix = "", CancellationToken cancellationToken = default) =>
        Claims.ListAsync(namePrefix, cancellationToken);

    private ClaimCalls Claims => new(calls, AgentName, isAgentsService: true);
}
