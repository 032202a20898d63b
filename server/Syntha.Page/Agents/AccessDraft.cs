namespace Syntha.Page.Agents;

/// <summary>An agent's access while it is edited.</summary>
internal sealed class AccessDraft
{
    /// <summary>The choice of a role that the owner defines. No predefined role has such a name.</summary>
    public const string Custom = "*";

    public AccessDraft(AgentAccess? stored)
    {
        Role = stored?.RoleCase switch
        {
            AgentAccess.RoleOneofCase.PredefinedRole => ToolNames.Of(stored.PredefinedRole),
            AgentAccess.RoleOneofCase.CustomRole => Custom,
            _ => "",
        };
        if (stored is null)
        {
            return;
        }

        RoleName = stored.CustomRole?.Name ?? "";
        HasList = stored.AllowedTools is not null;
        OfRole.UnionWith(stored.CustomRole?.Tools ?? []);
        Allowed.UnionWith(stored.AllowedTools?.Tools ?? []);
        Denied.UnionWith(stored.DeniedTools);
    }

    /// <summary>A predefined role's name, or <see cref="Custom"/>. Empty: none.</summary>
    public string Role { get; set; }

    public string RoleName { get; set; } = "";

    /// <summary>Whether only the tools of <see cref="Allowed"/> are allowed.</summary>
    public bool HasList { get; set; }

    public SortedSet<Tool> OfRole { get; } = [];

    public SortedSet<Tool> Allowed { get; } = [];

    public SortedSet<Tool> Denied { get; } = [];

    /// <returns>Null: nothing is stored, and the agent may use all tools.</returns>
    public AgentAccess? ToAccess()
    {
        if (Role.Length == 0 && !HasList && Denied.Count == 0)
        {
            return null;
        }

        var access = new AgentAccess { DeniedTools = { Denied } };
        if (HasList)
        {
            access.AllowedTools = new() { Tools = { Allowed } };
        }

        if (Role == Custom)
        {
            access.CustomRole = new() { Name = RoleName, Tools = { OfRole } };
        }
        else if (Role.Length > 0)
        {
            access.PredefinedRole = ToolNames.Roles.Single(role => ToolNames.Of(role) == Role);
        }

        return access;
    }
}
