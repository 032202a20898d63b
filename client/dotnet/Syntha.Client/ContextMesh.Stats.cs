using Syntha.Client.Transport;

namespace Syntha.Client;

public sealed partial class ContextMesh
{
    /// <summary>
    /// How many items the mesh holds, those included that have expired and were not purged yet. Mirrors <c>size</c>;
    /// <see cref="GetStatsAsync"/> tells the live ones apart.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The number of items.</returns>
    public async Task<long> SizeAsync(CancellationToken cancellationToken = default) =>
        (await GetStatsAsync(agentName: null, cancellationToken).ConfigureAwait(false)).TotalItems;

    /// <summary>Counts what the mesh holds. Mirrors <c>get_stats</c>.</summary>
    /// <param name="agentName">The agent whose view is counted; <see langword="null"/>: the owner, all.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The counts.</returns>
    public async Task<MeshStats> GetStatsAsync(string? agentName = null, CancellationToken cancellationToken = default)
    {
        var request = new V1.GetStatsRequest();
        if (agentName is not null)
        {
            request.AgentName = WireText.Checked(agentName, nameof(agentName));
        }

        return new MeshStats(await calls.ReadAsync(calls.Mesh.GetStatsAsync, request, cancellationToken).ConfigureAwait(false));
    }
}
