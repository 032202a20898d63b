namespace Syntha.Client;

public sealed partial class ToolHandler
{
    /// <summary>
    /// Tells which tools the agent may use with this credential, and what is stored about that. Mirrors <c>get_access_summary</c>.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The stored access, and the tools that follow from it.</returns>
    public async Task<AccessSummary> GetAccessSummaryAsync(CancellationToken cancellationToken = default)
    {
        var request = new V1.GetAccessRequest { Agent = AgentName };
        return new AccessSummary(
            AgentName, await calls.ReadAsync(calls.Tools.GetAccessAsync, request, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Tells the tools that the agent may use. Mirrors <c>get_available_tools</c>.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Their names, in the order of <see cref="AgentTools.All"/>.</returns>
    public async Task<IReadOnlyList<string>> GetAvailableToolsAsync(CancellationToken cancellationToken = default) =>
        (await GetAccessSummaryAsync(cancellationToken).ConfigureAwait(false)).AvailableTools;

    /// <summary>
    /// Tells whether the agent may use a tool. Mirrors <c>has_tool_access</c>. The answer is of this moment: the server decides anew at the
    /// call.
    /// </summary>
    /// <param name="tool">One of <see cref="AgentTools"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the agent may use it. <see langword="false"/> for a tool that does not exist.</returns>
    public async Task<bool> HasToolAccessAsync(string tool, CancellationToken cancellationToken = default) =>
        (await GetAvailableToolsAsync(cancellationToken).ConfigureAwait(false)).Contains(tool, StringComparer.Ordinal);

    /// <summary>
    /// Sets which tools the agent may use, as the mesh's owner: see <see cref="ContextMesh.SetAgentAccessAsync"/>.
    /// </summary>
    /// <param name="access">The access to store. <see langword="null"/>: nothing, so that the agent may use all tools.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The tools that the agent may use now.</returns>
    /// <exception cref="SynthaInvalidArgumentException">There is no such tool, or a predefined role comes with tools.</exception>
    public Task<IReadOnlyList<string>> SetAccessAsync(AgentAccess? access, CancellationToken cancellationToken = default) =>
        mesh.SetAgentAccessAsync(AgentName, access, cancellationToken);

    /// <summary>
    /// Gives the agent a role, and keeps its lists. Mirrors <c>set_agent_role</c>. It is not atomic: see <see cref="ChangeAccessAsync"/>.
    /// </summary>
    /// <param name="role">One of <see cref="AgentRoles"/>. <see langword="null"/>: none.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The tools that the agent may use now.</returns>
    /// <exception cref="ArgumentException">
    /// The role is not predefined. <see cref="SetAccessAsync"/> stores a role of your own, with its tools.
    /// </exception>
    public Task<IReadOnlyList<string>> SetAgentRoleAsync(string? role, CancellationToken cancellationToken = default)
    {
        if (!string.IsNullOrEmpty(role))
        {
            _ = AgentRoles.ToolsOf(role); // Only for its check: a typing error would become a role of your own, without tools.
        }

        return ChangeAccessAsync(access => access with { Role = role, RoleTools = [] }, cancellationToken);
    }

    /// <summary>Limits the agent to a list of tools. Mirrors <c>set_allowed_tools</c>.</summary>
    /// <param name="tools">The tools. <see langword="null"/>: all that its role allows. Empty: none.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The tools that the agent may use now.</returns>
    public Task<IReadOnlyList<string>> SetAllowedToolsAsync(IEnumerable<string>? tools, CancellationToken cancellationToken = default) =>
        ChangeAccessAsync(access => access with { AllowedTools = tools is null ? null : [.. tools] }, cancellationToken);

    /// <summary>Denies these tools, and no others. Mirrors <c>set_denied_tools</c>.</summary>
    /// <param name="tools">The tools.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The tools that the agent may use now.</returns>
    public Task<IReadOnlyList<string>> SetDeniedToolsAsync(IEnumerable<string> tools, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tools);
        return ChangeAccessAsync(access => access with { DeniedTools = [.. tools] }, cancellationToken);
    }

    /// <summary>
    /// Adds a tool to the list of allowed tools. Mirrors <c>add_allowed_tool</c>. Without a list the standard tools are allowed, and stay
    /// so. Another tool then begins a list, with the standard tools before it.
    /// </summary>
    /// <param name="tool">One of <see cref="AgentTools"/>.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The tools that the agent may use now.</returns>
    public Task<IReadOnlyList<string>> AddAllowedToolAsync(string tool, CancellationToken cancellationToken = default) =>
        ChangeAccessAsync(
            access => access with
            {
                AllowedTools = access.AllowedTools is null && AgentTools.Standard.Contains(tool)
                    ? null
                    : With(access.AllowedTools ?? AgentTools.Standard, tool),
            },
            cancellationToken);

    /// <summary>
    /// Takes a tool from the list of allowed tools. Mirrors <c>remove_allowed_tool</c>. Without a list it makes one of all other tools.
    /// </summary>
    /// <param name="tool">One of <see cref="AgentTools"/>.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The tools that the agent may use now.</returns>
    public Task<IReadOnlyList<string>> RemoveAllowedToolAsync(string tool, CancellationToken cancellationToken = default) =>
        ChangeAccessAsync(
            access => access with { AllowedTools = Without(access.AllowedTools ?? Listed(access), tool) }, cancellationToken);

    /// <summary>Denies one more tool. Mirrors <c>add_denied_tool</c>.</summary>
    /// <param name="tool">One of <see cref="AgentTools"/>.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The tools that the agent may use now.</returns>
    public Task<IReadOnlyList<string>> AddDeniedToolAsync(string tool, CancellationToken cancellationToken = default) =>
        ChangeAccessAsync(access => access with { DeniedTools = With(access.DeniedTools, tool) }, cancellationToken);

    /// <summary>
    /// No longer denies a tool. Mirrors <c>remove_denied_tool</c>. The agent may use it when its role and its list allow it.
    /// </summary>
    /// <param name="tool">One of <see cref="AgentTools"/>.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The tools that the agent may use now.</returns>
    public Task<IReadOnlyList<string>> RemoveDeniedToolAsync(string tool, CancellationToken cancellationToken = default) =>
        ChangeAccessAsync(access => access with { DeniedTools = Without(access.DeniedTools, tool) }, cancellationToken);

    /// <summary>
    /// Reads the stored access, changes it, and stores it. These are two calls: a change that another caller makes in between is
    /// overwritten.
    /// </summary>
    /// <param name="change">Changes the stored access. When none is stored, it gets access that restricts nothing.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The tools that the agent may use now.</returns>
    public async Task<IReadOnlyList<string>> ChangeAccessAsync(
        Func<AgentAccess, AgentAccess> change,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        var stored = (await GetAccessSummaryAsync(cancellationToken).ConfigureAwait(false)).Access;
        return await SetAccessAsync(change(stored ?? new AgentAccess()), cancellationToken).ConfigureAwait(false);
    }

    // The list that stands for no list: a role of the owner's allows all its tools.
    private static IReadOnlyList<string> Listed(AgentAccess access) => access.RoleTools.Count > 0 ? access.RoleTools : AgentTools.Standard;

    private static IReadOnlyList<string> With(IReadOnlyList<string> tools, string tool) =>
        tools.Contains(tool, StringComparer.Ordinal) ? tools : [.. tools, tool];

    // A typing error would take nothing away, and must not go unnoticed.
    private static IReadOnlyList<string> Without(IReadOnlyList<string> tools, string tool) =>
        AgentTools.All.Contains(tool, StringComparer.Ordinal) || tools.Contains(tool, StringComparer.Ordinal)
            ? [.. tools.Where(other => other != tool)]
            : throw WireTools.Invalid($"There is no tool '{tool}'. The tools are {string.Join(", ", AgentTools.All)}.", nameof(tool), tool);
}
