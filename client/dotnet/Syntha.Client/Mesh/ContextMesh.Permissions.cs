namespace Syntha.Client;

public sealed partial class ContextMesh
{
    /// <summary>
    /// Sets what an agent may post. The server enforces it for every kind of write. Mirrors <c>set_agent_post_permissions</c>.
    /// </summary>
    /// <param name="agentName">The agent: 1 to 512 bytes of UTF-8.</param>
    /// <param name="permissions">
    /// What the agent may post. <see langword="null"/>: anything (the default). <c>new PostPermissions()</c>: nothing.
    /// </param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when the permissions are in force and durable.</returns>
    /// <exception cref="SynthaQuotaException">The user has as many agents as the quota allows.</exception>
    public Task SetAgentPostPermissionsAsync(
        string agentName,
        PostPermissions? permissions,
        CancellationToken cancellationToken = default)
    {
        var requestId = Requests.NewId();
        var request = new V1.SetPostPermissionsRequest
        {
            Agent = WireText.Checked(agentName, nameof(agentName)),
            Permissions = permissions?.ToWire(),
            RequestId = requestId.ToString(),
        };
        return calls.WriteAsync(calls.Mesh.SetPostPermissionsAsync, request, requestId, cancellationToken);
    }

    /// <summary>Tells what an agent may post. Mirrors <c>get_agent_post_permissions</c>.</summary>
    /// <param name="agentName">The agent: 1 to 512 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The permissions. <see langword="null"/>: the agent may post anything.</returns>
    public async Task<PostPermissions?> GetAgentPostPermissionsAsync(string agentName, CancellationToken cancellationToken = default)
    {
        var request = new V1.GetPostPermissionsRequest { Agent = WireText.Checked(agentName, nameof(agentName)) };
        var response = await calls.ReadAsync(calls.Mesh.GetPostPermissionsAsync, request, cancellationToken).ConfigureAwait(false);
        return response.Permissions is null ? null : new PostPermissions(response.Permissions);
    }

    /// <summary>
    /// Tells whether an agent may post to a topic. Mirrors <c>can_agent_post_to_topic</c>. The answer is of this moment: the server decides
    /// anew at the push.
    /// </summary>
    /// <param name="agentName">The agent: 1 to 512 bytes of UTF-8.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the agent's permissions allow it.</returns>
    public async Task<bool> CanAgentPostToTopicAsync(string agentName, string topic, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topic);
        var permissions = await GetAgentPostPermissionsAsync(agentName, cancellationToken).ConfigureAwait(false);
        return permissions is null || permissions.Topics.Contains(topic, StringComparer.Ordinal);
    }
}
