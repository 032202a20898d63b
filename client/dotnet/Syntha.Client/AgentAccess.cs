using Syntha.Client.Transport;

namespace Syntha.Client;

/// <summary>
/// Which tools an agent may use: what its role allows, narrowed to a list where there is one, without what is denied. An agent about
/// which nothing is stored may use all. Enforced by the server, for calls of tools, the direct methods and streams alike. Immutable.
/// </summary>
/// <remarks>The tools are those of <see cref="AgentTools"/>, the predefined roles those of <see cref="AgentRoles"/>.</remarks>
public sealed record AgentAccess
{
    /// <summary>Restricts nothing, until something is set.</summary>
    public AgentAccess()
    {
    }

    internal AgentAccess(V1.AgentAccess wire)
    {
        Role = wire.Role.Length == 0 ? null : wire.Role;
        RoleTools = [.. wire.RoleTools];
        AllowedTools = wire.AllowedTools is null ? null : [.. wire.AllowedTools.Names];
        DeniedTools = [.. wire.DeniedTools];
    }

    /// <summary>
    /// One of <see cref="AgentRoles"/>, or the name of a role of your own, at most 512 bytes. <see langword="null"/>: none, which allows
    /// everything.
    /// </summary>
    public string? Role { get; init; }

    /// <summary>What a role of your own allows; empty for a predefined one. Default: empty, which is nothing.</summary>
    public IReadOnlyList<string> RoleTools { get; init; } = [];

    /// <summary><see langword="null"/>: all that the role allows (the default). Empty: none.</summary>
    public IReadOnlyList<string>? AllowedTools { get; init; }

    /// <summary>Not allowed, whatever role and list say. Default: empty.</summary>
    public IReadOnlyList<string> DeniedTools { get; init; } = [];

    /// <summary>What a restriction level of the Python package allows. Mirrors <c>create_restricted_handler</c>.</summary>
    /// <param name="level"><c>safe</c>: all but delete_topic; <c>minimal</c>: get, push and list; <c>readonly</c>: what reads.</param>
    /// <returns>Access with that list.</returns>
    /// <exception cref="ArgumentException">There is no such level.</exception>
    public static AgentAccess Restricted(string level) => new()
    {
        AllowedTools = level switch
        {
            "safe" => [.. AgentTools.All.Where(tool => tool != AgentTools.DeleteTopic)],
            "minimal" => [AgentTools.GetContext, AgentTools.PushContext, AgentTools.ListContext],
            "readonly" => AgentRoles.ToolsOf(AgentRoles.Readonly),
            _ => throw new ArgumentException($"There is no level '{level}'; the levels are safe, minimal and readonly.", nameof(level)),
        },
    };

    internal V1.AgentAccess ToWire()
    {
        var wire = new V1.AgentAccess
        {
            Role = WireText.Checked(Role ?? "", nameof(Role)),
            RoleTools = { Requests.Names(RoleTools, nameof(RoleTools)) },
            DeniedTools = { Requests.Names(DeniedTools, nameof(DeniedTools)) },
        };
        if (AllowedTools is not null)
        {
            wire.AllowedTools = new() { Names = { Requests.Names(AllowedTools, nameof(AllowedTools)) } };
        }

        return wire;
    }
}
