namespace Syntha.Client;

public sealed partial class ContextMesh
{
    /// <summary>
    /// Sets which tools an agent may use. It replaces what was stored. It takes effect at once, and for open streams within a second.
    /// </summary>
    /// <param name="agentName">The agent: 1 to 512 bytes of UTF-8.</param>
    /// <param name="access">The access to store. <see langword="null"/>: nothing, so that the agent may use all tools.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The tools that the agent may use now, in the order of <see cref="AgentTools.All"/>.</returns>
    /// <exception cref="SynthaInvalidArgumentException">There is no such tool, or a predefined role comes with tools.</exception>
    /// <exception cref="SynthaQuotaException">The user has as many agents as the quota allows.</exception>
    public async Task<IReadOnlyList<string>> SetAgentAccessAsync(
        string agentName,
        AgentAccess? access,
        CancellationToken cancellationToken = default)
    {
        var requestId = Requests.NewId();
        var request = new V1.SetAccessRequest
        {
            Agent = WireText.Checked(agentName, nameof(agentName)),
            Access = access?.ToWire(),
            RequestId = requestId.ToString(),
        };
        var response = await calls.WriteAsync(calls.Mesh.SetAccessAsync, request, requestId, cancellationToken).ConfigureAwait(false);
        return WireTools.NamesOf(response.AvailableTools);
    }

    /// <summary>Tells which tools an agent may use, and what is stored about that.</summary>
    /// <param name="agentName">The agent: 1 to 512 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The stored access, and the tools that follow from it.</returns>
    public async Task<AccessSummary> GetAgentAccessAsync(string agentName, CancellationToken cancellationToken = default)
    {
        var request = new V1.GetAccessRequest { Agent = WireText.Checked(agentName, nameof(agentName)) };
        return new AccessSummary(
            agentName, await calls.ReadAsync(calls.Mesh.GetAccessAsync, request, cancellationToken).ConfigureAwait(false));
    }
}
