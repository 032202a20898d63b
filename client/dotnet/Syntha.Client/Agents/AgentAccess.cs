namespace Syntha.Client;

/// <summary>
/// Which tools an agent may use. A tool is allowed when the role has it, the list of allowed tools has it (where there is such a list),
/// and it is not denied. An agent without stored access may use the standard tools. The server enforces it for calls of tools, the direct
/// methods and streams alike. Immutable.
/// </summary>
/// <remarks>The tools are those of <see cref="AgentTools"/>. The predefined roles are those of <see cref="AgentRoles"/>.</remarks>
public sealed record AgentAccess
{
    /// <summary>Access that restricts nothing, until something is set.</summary>
    public AgentAccess()
    {
    }

    internal AgentAccess(V1.AgentAccess wire)
    {
        (Role, RoleTools) = WireRole.Of(wire);
        AllowedTools = wire.AllowedTools is null ? null : WireTools.NamesOf(wire.AllowedTools.Tools);
        DeniedTools = WireTools.NamesOf(wire.DeniedTools);
        MayReadPast = wire.MayReadPast;
    }

    /// <summary>
    /// One of <see cref="AgentRoles"/>, or the name of a role of your own, at most 512 bytes. <see langword="null"/>: no role, which
    /// lacks no tool.
    /// </summary>
    public string? Role { get; init; }

    /// <summary>The tools that a role of your own allows. Empty (default): none. Empty for a predefined role.</summary>
    public IReadOnlyList<string> RoleTools { get; init; } = [];

    /// <summary>
    /// <see langword="null"/> (default): the standard tools that the role has, and all tools of a role of your own. Empty: none.
    /// </summary>
    public IReadOnlyList<string>? AllowedTools { get; init; }

    /// <summary>Tools that the agent may not use, even where its role and list have them. Default: empty.</summary>
    public IReadOnlyList<string> DeniedTools { get; init; } = [];

    /// <summary>
    /// Whether the agent may read the past, see <see cref="ContextMesh.AsOf(Position)"/>. The past shows what it could read then, which may
    /// be more than it can read now. No role includes it. Default: <see langword="false"/>.
    /// </summary>
    public bool MayReadPast { get; init; }

    /// <summary>The access that a restriction level of the Python package stands for. Mirrors <c>create_restricted_handler</c>.</summary>
    /// <param name="level">
    /// <c>safe</c>: all tools but delete_topic. <c>minimal</c>: get_context, push_context and list_context. <c>readonly</c>: the tools that
    /// read.
    /// </param>
    /// <returns>Access that denies all other tools, so that <see cref="ToolHandler.RemoveDeniedToolAsync"/> can lift a denial.</returns>
    /// <exception cref="ArgumentException">There is no such level.</exception>
    public static AgentAccess Restricted(string level)
    {
        IReadOnlyList<string> tools = level switch
        {
            "safe" => [.. AgentTools.Standard.Where(tool => tool != AgentTools.DeleteTopic)],
            "minimal" => [AgentTools.GetContext, AgentTools.PushContext, AgentTools.ListContext],
            "readonly" => AgentRoles.ToolsOf(AgentRoles.Readonly),
            _ => throw new ArgumentException($"There is no level '{level}'. The levels are safe, minimal and readonly.", nameof(level)),
        };
        return new() { DeniedTools = [.. AgentTools.Standard.Except(tools)] };
    }

    /// <exception cref="SynthaInvalidArgumentException">TOOL_INVALID: no such tool, or the tools do not go with the role.</exception>
    internal V1.AgentAccess ToWire()
    {
        var wire = new V1.AgentAccess
        {
            DeniedTools = { WireTools.Of(DeniedTools, "access.denied_tools") },
            MayReadPast = MayReadPast,
        };
        WireRole.Set(wire, Role, RoleTools);
        if (AllowedTools is not null)
        {
            wire.AllowedTools = new() { Tools = { WireTools.Of(AllowedTools, "access.allowed_tools.tools") } };
        }

        return wire;
    }
}
