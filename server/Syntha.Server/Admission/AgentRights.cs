using Syntha.Mesh.Access;
using Syntha.Server.Credentials;

namespace Syntha.Server.Admission;

/// <summary>
/// What an agent's credential opens of ToolHandler, where the credential has a role. What is stored for the agent itself counts
/// as well, and the mesh holds calls to it.
/// </summary>
internal static class AgentRights
{
    /// <summary>The tools that a credential's role leaves; all where it has none.</summary>
    public static ToolSet ToolsOf(Credential? credential) =>
        credential?.Role is not { } role ? ToolSet.All : Roles.TryFind(role, out var tools) ? tools : ToolSet.None;

    /// <exception cref="MeshException">TOOL_NOT_ALLOWED.</exception>
    public static void Check(Credential credential, string path, object request)
    {
        if (credential.Role is not { } role)
        {
            return;
        }

        Demand(request is V1.CallToolRequest call ? ToolCalled(call.Name) : MethodTools.Find(path, request));
        Demand(MethodTools.FindSecond(path));

        void Demand(Tool? tool)
        {
            if (tool is { } needed && !ToolsOf(credential).Has(needed))
            {
                throw NotAllowed(needed, role);
            }
        }
    }

    private static MeshException NotAllowed(Tool tool, string role)
    {
        var name = ToolNames.NameOf(tool);
        return new(ErrorReason.ToolNotAllowed, $"The credential has the role {role}, which may not use the tool {name}.")
        {
            Metadata = { ["tool"] = name },
        };
    }

    private static Tool? ToolCalled(string name) => ToolNames.TryFind(ToolNames.WithoutPrefix(name), out var tool) ? tool : null;
}
