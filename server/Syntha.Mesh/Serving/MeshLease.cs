using Syntha.Mesh.Reading;
using Syntha.Mesh.State;

namespace Syntha.Mesh.Serving;

/// <summary>Keeps a user's mesh in memory for one call. It is the only way to a mesh. Below it no method takes a user id.</summary>
public readonly struct MeshLease : IDisposable
{
    private readonly MeshEntry? entry;

    internal MeshLease(MeshEntry entry) => this.entry = entry;

    /// <summary>The mesh. Null: the user has no store, and the view is empty.</summary>
    public UserMesh? Mesh => entry?.Mesh;

    /// <summary>What a caller sees now. Null: the owner.</summary>
    public MeshView View(AgentName? agent) => entry?.Mesh.View(agent) ?? new(MeshState.Empty, DateTimeOffset.UnixEpoch, agent);

    /// <summary>What a caller saw at a moment of the past, under the routing and the subscriptions of then.</summary>
    /// <param name="agent">The caller. Null: the owner.</param>
    /// <param name="point">The moment.</param>
    /// <param name="keys">The keys that are read. The view may have no others. Null: all.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="MeshException">
    /// EPOCH_CHANGED, REVISION_IN_FUTURE, HISTORY_COMPACTED, STORE_CORRUPT, STORE_DOWN, STORE_BUSY.
    /// </exception>
    public ValueTask<MeshView> ViewPastAsync(
        AgentName? agent, ReadPoint point, IReadOnlyList<ContextKey>? keys, CancellationToken cancellationToken)
    {
        if (entry is not null)
        {
            return entry.Mesh.Past.ViewAsync(agent, point, keys, cancellationToken);
        }

        if (point.Position is { } position)
        {
            Position.Empty.DemandReached(position);
        }

        return new(View(agent));
    }

    /// <summary>Waits until no other read of this user looks at whole states of the past, or searches the log.</summary>
    /// <returns>To be disposed when the read has its answer. Null: there is no mesh.</returns>
    public async ValueTask<IDisposable?> EnterLargePastReadAsync(CancellationToken cancellationToken) =>
        entry is null ? null : await entry.Mesh.LargePastReads.EnterAsync(cancellationToken);

    /// <summary>As <see cref="MeshView.IsCostly"/>.</summary>
    public bool IsCostly => entry?.Mesh.View(null).IsCostly == true;

    /// <summary>
    /// A turn of this user's costly work, to be awaited. What the caller does next is done in the turn: not on a thread of the pool, and
    /// one turn of the user at a time.
    /// </summary>
    public WorkTurn TurnAsync(CancellationToken cancellationToken) => entry?.Mesh.Costly.TurnAsync(cancellationToken) ?? WorkTurn.None;

    public void Dispose() => entry?.Release();
}
