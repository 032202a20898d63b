namespace Syntha.Client;

/// <summary>The predefined roles and their tools. Mirrors <c>get_role_info</c>. The server decides; this list only informs.</summary>
public static class AgentRoles
{
    /// <summary>Reads, and nothing else.</summary>
    public const string Readonly = "readonly";

    /// <summary>All but deleting topics.</summary>
    public const string Contributor = "contributor";

    /// <summary>The tools of <see cref="Contributor"/>.</summary>
    public const string Moderator = "moderator";

    /// <summary>All tools.</summary>
    public const string Admin = "admin";

    /// <summary>All predefined roles.</summary>
    public static IReadOnlyList<string> All { get; } = [Readonly, Contributor, Moderator, Admin];

    /// <summary>The tools that a role allows.</summary>
    /// <param name="role">One of the predefined roles.</param>
    /// <returns>Their names, in the order of <see cref="AgentTools.All"/>.</returns>
    /// <exception cref="ArgumentException">The role is not predefined.</exception>
    public static IReadOnlyList<string> ToolsOf(string role) => role switch
    {
        Readonly => [AgentTools.GetContext, AgentTools.ListContext, AgentTools.DiscoverTopics],
        Contributor or Moderator => [.. AgentTools.Standard.Where(tool => tool != AgentTools.DeleteTopic)],
        Admin => AgentTools.Standard,
        _ => throw new ArgumentException($"The role '{role}' is not predefined. The roles are {string.Join(", ", All)}.", nameof(role)),
    };
}
