using System.Text.Json;

namespace Syntha.Client;

/// <summary>
/// One agent's access to its user's mesh. The agent is the author of what it writes, and sees only what it may read. Mirrors the direct
/// methods of <c>ToolHandler</c> of the Python package <c>syntha</c>. Thread-safe. It works as long as the mesh it was made on.
/// </summary>
/// <remarks>
/// The server enforces routing, access to tools and post permissions. An item that the agent may not read is treated exactly as one that
/// does not exist. Failures are those of <see cref="ContextMesh"/>.
/// </remarks>
public sealed partial class ToolHandler
{
    private readonly ContextMesh mesh;
    private readonly UserCalls calls;
    private readonly JsonSerializerOptions jsonOptions;

    /// <summary>An agent's access to a mesh. It makes no call.</summary>
    /// <param name="mesh">The user's mesh.</param>
    /// <param name="agentName">The agent: 1 to 512 bytes of UTF-8, without U+0000.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public ToolHandler(ContextMesh mesh, string agentName)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentException.ThrowIfNullOrEmpty(agentName);
        this.mesh = mesh;
        calls = mesh.Calls;
        jsonOptions = mesh.JsonOptions;
        AgentName = WireText.Checked(agentName, nameof(agentName));
    }

    /// <summary>The agent.</summary>
    public string AgentName { get; }

    /// <summary>The user whose mesh this is.</summary>
    public string UserId => mesh.UserId;

    private static void ThrowIfAgentNamed(WriteOptions? options, string parameterName)
    {
        if (options?.AgentName is not null)
        {
            throw new ArgumentException(
                $"A {nameof(ToolHandler)} acts as its own agent. Leave {nameof(options.AgentName)} out.", parameterName);
        }
    }
}
