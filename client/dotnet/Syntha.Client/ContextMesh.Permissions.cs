using Syntha.Client.Transport;

namespace Syntha.Client;

public sealed partial class ContextMesh
{
    /// <summary>
    /// Says what an agent may post; enforced by the server on every path. Mirrors <c>set_agent_post_permissions</c>.
    /// </summary>
    /// <param name="agentName">The agent: 1 to 512 bytes of UTF-8.</param>
    /// <param name="permissions">
    /// What it may post; <see langword="null"/>: anything (the default). <c>new PostPermissions()</c>: nothing.
    /// </param>
    /// <param name="cancellationToken">Cancels the call; whether it took place is then unknown.</param>
    /// <returns>A task that completes when the permissions are in force and durable.</returns>
    /// <exception cref="SynthaQuotaException">The user's agents are used up.</exception>
    public Task SetAgentPostPermissionsAsync(
        string agentName,
        PostPermissions? permissions,
        CancellationToken cancellationToken = default)
    {
        var requestId = Requests.NewId();
        var request = new V1.SetPostPermissionsRequest
        {
            AgentName = WireText.Checked(agentName, nameof(agentName)),
            Permissions = permissions?.ToWire(),
            RequestId = requestId.ToString(),
        };
        return calls.WriteAsync(calls.Mesh.SetPostPermissionsAsync, request, requestId, cancellationToken);
    }

    /// <summary>Tells what an agent may post. Mirrors <c>get_agent_post_permissions</c>.</summary>
    /// <param name="agentName">The agent: 1 to 512 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The permissions; <see langword="null"/>: it may post anything.</returns>
    public async Task<PostPermissions?> GetAgentPostPermissionsAsync(string agentName, CancellationToken cancellationToken = default)
    {
        var request = new V1.GetPostPermissionsRequest { AgentName = WireText.Checked(agentName, nameof(agentName)) };
        var response = await calls.ReadAsync(calls.Mesh.GetPostPermissionsAsync, request, cancellationToken).ConfigureAwait(false);
        return response.Permissions is null ? null : new PostPermissions(response.Permissions);
    }

    /// <summary>
    /// Whether an agent may post to a topic. Mirrors <c>can_agent_post_to_topic</c>. To know is not to be allowed: the server decides
    /// anew at the push.
    /// </summary>
    /// <param name="agentName">The agent: 1 to 512 bytes of UTF-8.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether its permissions allow it.</returns>
    public async Task<bool> CanAgentPostToTopicAsync(string agentName, string topic, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topic);
        var permissions = await GetAgentPostPermissionsAsync(agentName, cancellationToken).ConfigureAwait(false);
        return permissions is null || permissions.Topics.Contains(topic, StringComparer.Ordinal);
    }
}
