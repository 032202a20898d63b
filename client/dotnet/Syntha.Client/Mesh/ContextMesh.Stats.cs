
namespace Syntha.Client;

public sealed partial class ContextMesh
{
    /// <summary>
    /// Counts the items of the mesh, also those that have expired and were not purged yet. Mirrors <c>size</c>.
    /// <see cref="GetStatsAsync"/> counts the live ones by themselves.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The number of items.</returns>
    public async Task<long> SizeAsync(CancellationToken cancellationToken = default) =>
        (await GetStatsAsync(agentName: null, cancellationToken).ConfigureAwait(false)).TotalItems;

    /// <summary>Counts what the mesh holds. Mirrors <c>get_stats</c>.</summary>
    /// <param name="agentName">The agent whose view is counted. <see langword="null"/>: the owner's, which is everything.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The counts.</returns>
    public Task<MeshStats> GetStatsAsync(string? agentName = null, CancellationToken cancellationToken = default) =>
        ReadStatsAsync(agentName, point: null, cancellationToken);

    internal async Task<MeshStats> ReadStatsAsync(string? agentName, V1.ReadPoint? point, CancellationToken cancellationToken)
    {
        var request = new V1.GetStatsRequest { ReadPoint = point };
        WireText.SetIfGiven(agentName, nameof(agentName), agent => request.AsAgent = agent);
        var response = await calls.ReadAsync(calls.Mesh.GetStatsAsync, request, cancellationToken).ConfigureAwait(false);
        return new MeshStats(response.Stats, response.Position);
    }
}
