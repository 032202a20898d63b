namespace Syntha.Mesh.Access;

/// <summary>
/// Which tools an agent may use: what its role allows, narrowed to a list where there is one, without what is denied. An agent without such
/// a record may use all. The one place that decides about tools, for calls of tools, for the direct methods and for streams alike. Immutable.
/// </summary>
/// <param name="Role">Null: none, which allows everything.</param>
/// <param name="RoleTools">What the role allows.</param>
/// <param name="Allowed">Null: no list.</param>
/// <param name="Denied">Not allowed, whatever role and list say.</param>
public sealed record AgentAccess(string? Role, ToolSet RoleTools, ToolSet? Allowed, ToolSet Denied)
{
    private const int MaxRoleBytes = 512;

    public ToolSet Available { get; } =
        (Role is null ? ToolSet.All : RoleTools).And(Allowed ?? ToolSet.All).Without(Denied);

    /// <summary>Whether it restricts nothing and says nothing, so that it need not be stored.</summary>
    public bool IsEmpty => Role is null && Allowed is null && Denied == ToolSet.None;

    /// <summary>Whether the role is one of the mesh's own, whose tools are not the caller's to choose.</summary>
    public bool HasPredefinedRole => Role is not null && Roles.TryFind(Role, out _);

    /// <param name="role">Empty: none.</param>
    /// <param name="roleTools">What a role of the caller's own allows; empty for a predefined one.</param>
    /// <param name="allowed">Null: no list.</param>
    /// <param name="denied">What is denied.</param>
    /// <exception cref="MeshException">TOOL_INVALID.</exception>
    public static AgentAccess Parse(string role, IReadOnlyList<string> roleTools, IEnumerable<string>? allowed, IEnumerable<string> denied)
    {
        NameText.Check(role, "role", 0, MaxRoleBytes, ErrorReason.ToolInvalid);
        var tools = ToolNames.Parse(roleTools);
        if (role.Length == 0 && roleTools.Count > 0)
        {
            throw new MeshException(ErrorReason.ToolInvalid, "There are role_tools but no role; name the role, or use allowed_tools.");
        }

        if (Roles.TryFind(role, out var predefined))
        {
            if (roleTools.Count > 0)
            {
                throw new MeshException(ErrorReason.ToolInvalid, $"The role '{role}' is predefined; leave role_tools empty, or name a role of your own.");
            }

            tools = predefined;
        }
        return new(role.Length == 0 ? null : role, tools, allowed is null ? null : ToolNames.Parse(allowed), ToolNames.Parse(denied));
    }

    /// <exception cref="MeshException">TOOL_NOT_ALLOWED.</exception>
    public void Demand(AgentName agent, Tool tool)
    {
        if (Available.Has(tool))
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
