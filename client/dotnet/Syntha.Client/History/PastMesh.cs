using System.Text.Json;

namespace Syntha.Client;

/// <summary>
/// A mesh as it was at a moment, from <see cref="ContextMesh.AsOf(Position)"/>. Each read shows exactly what the same caller could see
/// then, under the routing and the subscriptions of then; what had expired by then is absent. An agent needs
/// <see cref="AgentAccess.MayReadPast"/>. Thread-safe.
/// </summary>
/// <remarks>
/// Every method throws <see cref="SynthaException"/> with <see cref="ErrorReason.HistoryCompacted"/> when the server's change log no longer
/// reaches back, with <see cref="ErrorReason.RevisionInFuture"/> when the moment has not come, with <see cref="ErrorReason.EpochChanged"/>
/// when the position belongs to another life of the store, and <see cref="SynthaPermissionDeniedException"/> when the agent may not read
/// the past.
/// </remarks>
public sealed class PastMesh
{
    private readonly ContextMesh mesh;
    private readonly V1.ReadPoint point;

    internal PastMesh(ContextMesh mesh, V1.ReadPoint point) => (this.mesh, this.point) = (mesh, point);

    /// <summary>Reads the value that a key had.</summary>
    /// <param name="key">The key.</param>
    /// <param name="agentName">The agent that reads. <see langword="null"/>: the owner.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>As <see cref="ContextMesh.GetAsync(string, string?, CancellationToken)"/>.</returns>
    public async Task<JsonElement?> GetAsync(string key, string? agentName = null, CancellationToken cancellationToken = default) =>
        (await GetItemAsync(key, agentName, cancellationToken).ConfigureAwait(false))?.Value;

    /// <summary>Reads one item as it was.</summary>
    /// <param name="key">The key.</param>
    /// <param name="agentName">The agent that reads. <see langword="null"/>: the owner.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The item, or <see langword="null"/> when the caller could read none.</returns>
    public Task<ContextItem?> GetItemAsync(string key, string? agentName = null, CancellationToken cancellationToken = default) =>
        mesh.ReadItemAsync(key, agentName, point, cancellationToken);

    /// <summary>Reads several items as they were.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="agentName">The agent that reads. <see langword="null"/>: the owner.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>As <see cref="ContextMesh.GetManyAsync"/>.</returns>
    public Task<IReadOnlyDictionary<string, ContextItem>> GetManyAsync(
        IEnumerable<string> keys, string? agentName = null, CancellationToken cancellationToken = default) =>
        mesh.ReadManyAsync(keys, agentName, point, cancellationToken);

    /// <summary>
    /// Lists the items as they were, in the byte order of their keys. All pages show the same state, so this list is a snapshot.
    /// </summary>
    /// <param name="filter">Which items, and who reads. <see langword="null"/>: all, as the owner.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The items.</returns>
    public IAsyncEnumerable<ContextItem> ListAsync(ListFilter? filter = null, CancellationToken cancellationToken = default) =>
        mesh.ReadListAsync(filter, point, cancellationToken);

    /// <summary>Counts what the mesh held.</summary>
    /// <param name="agentName">The agent whose view is counted. <see langword="null"/>: the owner's.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The counts, with the position that was read.</returns>
    public Task<MeshStats> GetStatsAsync(string? agentName = null, CancellationToken cancellationToken = default) =>
        mesh.ReadStatsAsync(agentName, point, cancellationToken);

    /// <summary>Writes a prompt from what the owner, or an agent, could read.</summary>
    /// <param name="prompt">The prompt to write.</param>
    /// <param name="agentName">The agent that the prompt is for. <see langword="null"/>: it shows the owner's view.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The prompt, and what was left out.</returns>
    public Task<BuiltPrompt> BuildPromptAsync(
        PromptRequest prompt, string? agentName = null, CancellationToken cancellationToken = default) =>
        mesh.WritePromptAsync(prompt, agentName, point, cancellationToken);
}
