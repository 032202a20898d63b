using System.Collections.Frozen;
using Syntha.Mesh.Access;
using Syntha.Server.Credentials;
using Syntha.V1;
using Tool = Syntha.Mesh.Access.Tool;
using ToolNames = Syntha.Mesh.Access.ToolNames;

namespace Syntha.Server.Admission;

/// <summary>
/// What an agent's credential opens of ToolHandler, where the credential has a role. What is stored for the agent itself counts besides,
/// and is the mesh's to hold calls against.
/// </summary>
internal static class AgentRights
{
    // The tool that each method counts as, as design has it; null: it tells or does nothing that a tool could. A test demands all of them.
    private static readonly FrozenDictionary<string, Tool?> Counted = new Dictionary<string, Tool?>(StringComparer.Ordinal)
    {
        ["GetContext"] = Tool.GetContext,
        ["HasContext"] = Tool.GetContext,
        ["GetContextByTopic"] = Tool.GetContext,
        ["GetContextByPattern"] = Tool.GetContext,
        ["BuildPrompt"] = Tool.GetContext,
        ["ListContextKeys"] = Tool.ListContext,
        ["ListTopics"] = Tool.DiscoverTopics,
        ["PushContext"] = Tool.PushContext,
        ["RemoveContext"] = Tool.PushContext,
        ["ClearContext"] = Tool.PushContext,
        ["LogOutcome"] = Tool.PushContext,
        ["SubscribeToTopics"] = Tool.SubscribeToTopics,
        ["UnsubscribeFromTopics"] = Tool.UnsubscribeFromTopics,
        ["ListTools"] = null,
        ["GetAccess"] = null,
        ["CallTool"] = null,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// The methods that an agent's credential opens. SetAccess is none: an agent that could say what it may do could do anything.
    /// </summary>
    public static IEnumerable<string> Methods => Counted.Keys;

    /// <summary>The tools that a credential's role leaves; all where it has none.</summary>
    public static ToolSet ToolsOf(Credential? credential) =>
        credential?.Role is not { } role ? ToolSet.All : Roles.TryFind(role, out var tools) ? tools : ToolSet.None;

    /// <exception cref="MeshException">AGENT_MISMATCH, TOOL_NOT_ALLOWED.</exception>
    public static void Demand(Credential credential, string method, object request)
    {
        if (!Counted.TryGetValue(method, out var tool))
        {
            throw new MeshException(ErrorReason.AgentMismatch, "This call is the owner's; the credential is an agent's.");
        }

        if (credential.Role is not { } role)
        {
            return;
        }

        if (request is CallToolRequest call)
        {
            tool = ToolNames.TryFind(ToolNames.WithoutPrefix(call.Name), out var named) ? named : null;
        }

        if (tool is not { } counted || ToolsOf(credential).Has(counted))
        {
            return;
        }

        var name = ToolNames.NameOf(counted);
        throw new MeshException(ErrorReason.ToolNotAllowed, $"The credential has the role {role}, which may not use the tool {name}.")
        {
            Metadata = { ["tool"] = name },
        };
    }
}
