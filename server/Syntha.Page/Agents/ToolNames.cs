namespace Syntha.Page.Agents;

/// <summary>Tools and roles by the names that models and people know.</summary>
internal static class ToolNames
{
    /// <summary>The tools that this page knows.</summary>
    public static IReadOnlyList<Tool> All { get; } = [.. Enum.GetValues<Tool>().Where(tool => tool != Tool.Unspecified)];

    public static IReadOnlyList<PredefinedRole> Roles { get; } =
        [.. Enum.GetValues<PredefinedRole>().Where(role => role != PredefinedRole.Unspecified)];

    /// <summary>A tool's name, such as <c>get_context</c>. A tool of a newer server is named by its number.</summary>
    public static string Of(Tool tool) => Enum.IsDefined(tool) ? Words(tool.ToString()) : $"tool {(int)tool}";

    public static string Of(PredefinedRole role) => role.ToString().ToLowerInvariant();

    private static string Words(string name) =>
        string.Concat(name.Select((sign, n) => char.IsUpper(sign) ? $"{(n == 0 ? "" : "_")}{char.ToLowerInvariant(sign)}" : $"{sign}"));
}
