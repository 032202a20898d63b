using System.Collections.Frozen;

namespace Syntha.Client;

/// <summary>Roles between their names and the contract's oneof of predefined and custom roles.</summary>
internal static class WireRole
{
    private static readonly FrozenDictionary<string, V1.PredefinedRole> ByName =
        new Dictionary<string, V1.PredefinedRole>(StringComparer.Ordinal)
        {
            [AgentRoles.Readonly] = V1.PredefinedRole.Readonly,
            [AgentRoles.Contributor] = V1.PredefinedRole.Contributor,
            [AgentRoles.Moderator] = V1.PredefinedRole.Moderator,
            [AgentRoles.Admin] = V1.PredefinedRole.Admin,
        }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<V1.PredefinedRole, string> Names =
        ByName.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    /// <exception cref="SynthaInvalidArgumentException">TOOL_INVALID: the tools do not go with the role.</exception>
    internal static void Set(V1.AgentAccess wire, string? role, IReadOnlyList<string> tools)
    {
        if (string.IsNullOrEmpty(role))
        {
            if (tools.Count > 0)
            {
                throw WireTools.Invalid("There are tools for a role, and no role. Name the role, or use the allowed tools.", "access.role");
            }
        }
        else if (!ByName.TryGetValue(role, out var predefined))
        {
            wire.CustomRole = new()
            {
                Name = WireText.Checked(role, nameof(role)),
                Tools = { WireTools.Of(tools, "access.custom_role.tools") },
            };
        }
        else if (tools.Count == 0)
        {
            wire.PredefinedRole = predefined;
        }
        else
        {
            throw WireTools.Invalid(
                $"The role '{role}' is predefined. Leave its tools out, or name a role of your own.", "access.custom_role.name");
        }
    }

    /// <returns>The role's name and its own tools. A role that only a newer server knows is named by its number.</returns>
    internal static (string? Name, IReadOnlyList<string> Tools) Of(V1.AgentAccess wire) => wire.RoleCase switch
    {
        V1.AgentAccess.RoleOneofCase.CustomRole => (wire.CustomRole.Name, WireTools.NamesOf(wire.CustomRole.Tools)),
        V1.AgentAccess.RoleOneofCase.PredefinedRole when wire.PredefinedRole != V1.PredefinedRole.Unspecified =>
            (Names.GetValueOrDefault(wire.PredefinedRole) ?? $"role_{(int)wire.PredefinedRole}", []),
        _ => (null, []),
    };
}
