using System.Runtime.CompilerServices;

namespace Syntha.Client;

public sealed partial class ContextMesh
{
    /// <summary>
    /// The mesh as it was at a position: after the command of that revision. This makes no call. The server can read what its change log
    /// still has.
    /// </summary>
    /// <param name="position">A position that the server has told, such as <see cref="PushReceipt.Position"/>.</param>
    /// <returns>The mesh as it was.</returns>
    public PastMesh AsOf(Position position) => new(this, new() { AsOfPosition = position.ToWire() });

    /// <summary>The mesh as it was at a time, by the store's clock. This makes no call.</summary>
    /// <param name="time">A time that has passed.</param>
    /// <returns>The mesh as it was.</returns>
    public PastMesh AsOf(DateTimeOffset time) => new(this, new() { AsOfTime = WireTime.ToTimestamp(time) });

    /// <summary>
    /// Lists the versions of a key, the newest first, as far back as the server's change log reaches. It fetches page by page while it is
    /// enumerated.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="agentName">
    /// The agent that reads: it gets the versions that it could read when they were written. <see langword="null"/>: the owner, who gets
    /// all.
    /// </param>
    /// <param name="pageSize">
    /// How many versions one request fetches: 1 to 1,000. 0 (default): 100. It does not limit how many are listed.
    /// </param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The versions.</returns>
    /// <exception cref="SynthaPermissionDeniedException">The agent may not read the past.</exception>
    public async IAsyncEnumerable<ItemVersion> ListVersionsAsync(
        string key,
        string? agentName = null,
        int pageSize = 0,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new V1.ListVersionsRequest { Key = WireText.Checked(key, nameof(key)), PageSize = pageSize };
        WireText.SetIfGiven(agentName, nameof(agentName), agent => request.AsAgent = agent);
        do
        {
            var page = await calls.ReadAsync(calls.Mesh.ListVersionsAsync, request, cancellationToken).ConfigureAwait(false);
            foreach (var version in page.Versions)
            {
                yield return new ItemVersion(version, jsonOptions);
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>
    /// Lists the keys whose items differ between two positions, in byte order. It fetches page by page while it is enumerated.
    /// </summary>
    /// <param name="from">The first position.</param>
    /// <param name="to">The second position, earlier or later. <see langword="null"/>: now.</param>
    /// <param name="filter">
    /// Which items, and who reads; each position is filtered by itself. <see cref="ListFilter.PageSize"/> is at most 1,000.
    /// <see langword="null"/>: all, as the owner.
    /// </param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The differences.</returns>
    /// <exception cref="SynthaInvalidArgumentException">The filter breaks a rule.</exception>
    /// <exception cref="SynthaPermissionDeniedException">The agent may not read the past.</exception>
    public async IAsyncEnumerable<ItemDifference> DiffAsync(
        Position from,
        Position? to = null,
        ListFilter? filter = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var list = Requests.List(filter ?? new ListFilter());
        var request = new V1.DiffPositionsRequest
        {
            From = from.ToWire(),
            To = to?.ToWire(),
            Filter = list.Filter,
            View = list.View,
            PageSize = list.PageSize,
        };
        WireText.SetIfGiven(filter?.AgentName, nameof(filter.AgentName), agent => request.AsAgent = agent);
        do
        {
            var page = await calls.ReadAsync(calls.Mesh.DiffPositionsAsync, request, cancellationToken).ConfigureAwait(false);
            foreach (var difference in page.Differences)
            {
                yield return new ItemDifference(difference, jsonOptions);
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }
}
