namespace Syntha.Server.Tests.Support;

/// <summary>Tools and roles: the contract's values and the names that models use.</summary>
internal static class ToolWords
{
    public static Tool ToTool(this string name) => Enum.Parse<Tool>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    public static IEnumerable<Tool> ToTools(this IEnumerable<string> names) => names.Select(ToTool);

    public static string ToName(this Tool tool) => Syntha.Mesh.Access.ToolNames.NameOf(Syntha.Server.Mapping.FromWire.Tool(tool));

    public static IEnumerable<string> ToNames(this IEnumerable<Tool> tools) => tools.Select(ToName);

    public static PredefinedRole ToRole(this string? name) => name is null ? default : Enum.Parse<PredefinedRole>(name, ignoreCase: true);

    /// <summary>Access with a role of this name, a predefined role where one has the name. The empty name gives no role.</summary>
    public static AgentAccess ToAccess(this string role) => role.Length == 0 ? new()
        : Enum.TryParse<PredefinedRole>(role, ignoreCase: true, out var predefined) ? new() { PredefinedRole = predefined }
        : new() { CustomRole = new() { Name = role } };
}
