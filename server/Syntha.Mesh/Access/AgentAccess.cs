namespace Syntha.Mesh.Access;

/// <summary>
/// The tools that an agent may use: those of its role, of these only the ones in its list if it has a list, without the denied ones. An
/// agent without such a record may use the standard tools. Only this type decides about tools, for tool calls, direct methods and streams
/// alike. Immutable. The room Access uses Errors and Names.
/// </summary>
/// <param name="Role">Null: no role, which lacks no tool.</param>
/// <param name="RoleTools">The tools of the role.</param>
/// <param name="Allowed">Null: no list. Then the standard tools are allowed, and those that a role of the owner's names.</param>
/// <param name="Denied">Not allowed, even if the role and the list allow it.</param>
public sealed record AgentAccess(string? Role, ToolSet RoleTools, ToolSet? Allowed, ToolSet Denied)
{
    private const int MaxRoleBytes = 512;

    public ToolSet Available { get; } = (Role is null ? ToolSet.All : RoleTools)
        .And(Allowed ?? (Role is null || Roles.TryFind(Role, out _) ? ToolSet.Standard : ToolSet.All)).Without(Denied);

    /// <summary>
    /// Whether the agent may read the past: versions, states as of a position, differences. Each of them shows what the agent could read
    /// then, which may be more than it can read now. So no agent may by default, and no role includes it.
    /// </summary>
    public bool MayReadPast { get; init; }

    /// <summary>Whether it says nothing that differs from no record. Such a record need not be stored.</summary>
    public bool IsEmpty => Role is null && Allowed is null && Denied == ToolSet.None && !MayReadPast;

    /// <summary>Whether the role is predefined. The caller cannot choose the tools of such a role.</summary>
    public bool HasPredefinedRole => Role is not null && Roles.TryFind(Role, out _);

    /// <param name="role">Empty: no role.</param>
    /// <param name="roleTools">The tools of a role that the caller defines; empty for a predefined role.</param>
    /// <param name="allowed">Null: no list.</param>
    /// <param name="denied">The denied tools.</param>
    /// <exception cref="MeshException">TOOL_INVALID.</exception>
    public static AgentAccess Parse(string role, IReadOnlyList<string> roleTools, IEnumerable<string>? allowed, IEnumerable<string> denied)
    {
        NameRule.Check(role, "role", 0, MaxRoleBytes, ErrorReason.ToolInvalid);
        var tools = ToolNames.Parse(roleTools);
        if (role.Length == 0 && roleTools.Count > 0)
        {
            throw new MeshException(ErrorReason.ToolInvalid, "There are role_tools but no role; name the role, or use allowed_tools.");
        }

        if (Roles.TryFind(role, out var predefined))
        {
            if (roleTools.Count > 0)
            {
                throw new MeshException(
                    ErrorReason.ToolInvalid, $"The role '{role}' is predefined; leave role_tools empty, or name a role of your own.");
            }

            tools = predefined;
        }
        return new(role.Length == 0 ? null : role, tools, allowed is null ? null : ToolNames.Parse(allowed), ToolNames.Parse(denied));
    }

    /// <summary>Demands that an agent may read the past.</summary>
    /// <param name="access">What is stored about its tools. Null: nothing.</param>
    /// <param name="agent">The agent.</param>
    /// <exception cref="MeshException">PAST_NOT_ALLOWED.</exception>
    public static void DemandPast(AgentAccess? access, AgentName agent)
    {
        if (access?.MayReadPast != true)
        {
            throw new MeshException(ErrorReason.PastNotAllowed, $"The agent '{agent}' may not read the past; the owner can allow it.");
        }
    }

    /// <summary>Demands that an agent may use a tool.</summary>
    /// <param name="access">What is stored about its tools. Null: nothing.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="tool">The tool.</param>
    /// <exception cref="MeshException">TOOL_NOT_ALLOWED.</exception>
    public static void Demand(AgentAccess? access, AgentName agent, Tool tool)
    {
        if ((access?.Available ?? ToolSet.Standard).Has(tool))
        {
            return;
        }

        var name = ToolNames.NameOf(tool);
        throw new MeshException(ErrorReason.ToolNotAllowed, $"The agent '{agent}' may not use the tool {name}, which this call counts as.")
        {
            Metadata = { ["tool"] = name },
        };
    }
}
