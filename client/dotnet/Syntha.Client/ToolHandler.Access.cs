using Syntha.Client.Transport;

namespace Syntha.Client;

public sealed partial class ToolHandler
{
    /// <summary>Tells which tools the agent may use, and why. Mirrors <c>get_access_summary</c>.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What is stored, and what comes of it.</returns>
    public async Task<AccessSummary> GetAccessSummaryAsync(CancellationToken cancellationToken = default)
    {
        var request = new V1.GetAccessRequest { AgentName = AgentName };
        return new AccessSummary(
            AgentName, await calls.ReadAsync(calls.Tools.GetAccessAsync, request, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The tools that the agent may use. Mirrors <c>get_available_tools</c>.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Their names, in the order of <see cref="AgentTools.All"/>.</returns>
    public async Task<IReadOnlyList<string>> GetAvailableToolsAsync(CancellationToken cancellationToken = default) =>
        (await GetAccessSummaryAsync(cancellationToken).ConfigureAwait(false)).AvailableTools;

    /// <summary>Whether the agent may use a tool. Mirrors <c>has_tool_access</c>. The server decides anew at the call.</summary>
    /// <param name="tool">One of <see cref="AgentTools"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether it may; never for a tool that is not there.</returns>
    public async Task<bool> HasToolAccessAsync(string tool, CancellationToken cancellationToken = default) =>
        (await GetAvailableToolsAsync(cancellationToken).ConfigureAwait(false)).Contains(tool, StringComparer.Ordinal);

    /// <summary>
    /// Says which tools the agent may use, as the mesh's owner: what was stored is replaced. Takes effect at once, for streams within a
    /// second.
    /// </summary>
    /// <param name="access">What is to be stored; <see langword="null"/>: nothing, so that it may use all tools.</param>
    /// <param name="cancellationToken">Cancels the call; whether it took place is then unknown.</param>
    /// <returns>The tools that it may use from now on.</returns>
    /// <exception cref="SynthaInvalidArgumentException">There is no such tool, or a predefined role comes with tools.</exception>
    public async Task<IReadOnlyList<string>> SetAccessAsync(AgentAccess? access, CancellationToken cancellationToken = default)
    {
        var requestId = Requests.NewId();
        var request = new V1.SetAccessRequest { AgentName = AgentName, Access = access?.ToWire(), RequestId = requestId.ToString() };
        var response = await calls.WriteAsync(calls.Tools.SetAccessAsync, request, requestId, cancellationToken).ConfigureAwait(false);
        return [.. response.AvailableTools];
    }

    /// <summary>Gives the agent a role, and leaves its lists. Mirrors <c>set_agent_role</c>. Not atomic: see <see cref="ChangeAccessAsync"/>.</summary>
    /// <param name="role">One of <see cref="AgentRoles"/>; <see langword="null"/>: none.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The tools that it may use from now on.</returns>
    public Task<IReadOnlyList<string>> SetAgentRoleAsync(string? role, CancellationToken cancellationToken = default) =>
        ChangeAccessAsync(access => access with { Role = role, RoleTools = [] }, cancellationToken);

    /// <summary>Narrows the agent to a list of tools. Mirrors <c>set_allowed_tools</c>.</summary>
    /// <param name="tools">The tools; <see langword="null"/>: all that its role allows; empty: none.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The tools that it may use from now on.</returns>
    public Task<IReadOnlyList<string>> SetAllowedToolsAsync(IEnumerable<string>? tools, CancellationToken cancellationToken = default) =>
        ChangeAccessAsync(access => access with { AllowedTools = tools is null ? null : [.. tools] }, cancellationToken);

    /// <summary>Denies tools, and no others. Mirrors <c>set_denied_tools</c>.</summary>
    /// <param name="tools">The tools.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The tools that it may use from now on.</returns>
    public Task<IReadOnlyList<string>> SetDeniedToolsAsync(IEnumerable<string> tools, CancellationToken cancellationToken = default) =>
        ChangeAccessAsync(access => access with { DeniedTools = [.. tools] }, cancellationToken);

    /// <summary>
    /// Adds a tool to the list of those that are allowed. Mirrors <c>add_allowed_tool</c>. Where there is no list, all are allowed already and
    /// stay so.
    /// </summary>
    /// <param name="tool">One of <see cref="AgentTools"/>.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The tools that it may use from now on.</returns>
    public Task<IReadOnlyList<string>> AddAllowedToolAsync(string tool, CancellationToken cancellationToken = default) =>
        ChangeAccessAsync(access => access with { AllowedTools = access.AllowedTools is { } allowed ? With(allowed, tool) : null }, cancellationToken);

    /// <summary>
    /// Takes a tool from the list of those that are allowed. Mirrors <c>remove_allowed_tool</c>. Where there is no list, all others are on it
    /// from now on.
    /// </summary>
    /// <param name="tool">One of <see cref="AgentTools"/>.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The tools that it may use from now on.</returns>
    public Task<IReadOnlyList<string>> RemoveAllowedToolAsync(string tool, CancellationToken cancellationToken = default) =>
        ChangeAccessAsync(access => access with { AllowedTools = Without(access.AllowedTools ?? AgentTools.All, tool) }, cancellationToken);

    /// <summary>Denies one more tool. Mirrors <c>add_denied_tool</c>.</summary>
    /// <param name="tool">One of <see cref="AgentTools"/>.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The tools that it may use from now on.</returns>
    public Task<IReadOnlyList<string>> AddDeniedToolAsync(string tool, CancellationToken cancellationToken = default) =>
        ChangeAccessAsync(access => access with { DeniedTools = With(access.DeniedTools, tool) }, cancellationToken);

    /// <summary>No longer denies a tool, which role and list may then allow. Mirrors <c>remove_denied_tool</c>.</summary>
    /// <param name="tool">One of <see cref="AgentTools"/>.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The tools that it may use from now on.</returns>
    public Task<IReadOnlyList<string>> RemoveDeniedToolAsync(string tool, CancellationToken cancellationToken = default) =>
        ChangeAccessAsync(access => access with { DeniedTools = Without(access.DeniedTools, tool) }, cancellationToken);

    /// <summary>
    /// Reads what is stored, changes it and stores it. Two calls are made: whoever changes the same agent's access in between is overwritten.
    /// </summary>
    /// <param name="change">The change, of what is stored or of access that restricts nothing.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The tools that it may use from now on.</returns>
    public async Task<IReadOnlyList<string>> ChangeAccessAsync(
        Func<AgentAccess, AgentAccess> change,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        var stored = (await GetAccessSummaryAsync(cancellationToken).ConfigureAwait(false)).Access;
        return await SetAccessAsync(change(stored ?? new AgentAccess()), cancellationToken).ConfigureAwait(false);
    }

    private static IReadOnlyList<string> With(IReadOnlyList<string> tools, string tool) =>
        tools.Contains(tool, StringComparer.Ordinal) ? tools : [.. tools, tool];

    private static IReadOnlyList<string> Without(IReadOnlyList<string> tools, string tool) => [.. tools.Where(other => other != tool)];
}
