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

    /// <summary>As <see cref="MeshView.IsCostly"/>.</summary>
    public bool IsCostly => entry?.Mesh.View(null).IsCostly == true;

    /// <summary>
    /// A turn of this user's costly work, to be awaited. What the caller does next is done in the turn: not on a thread of the pool, and
    /// one turn of the user at a time.
    /// </summary>
    public WorkTurn TurnAsync(CancellationToken cancellationToken) => entry?.Mesh.Costly.TurnAsync(cancellationToken) ?? WorkTurn.None;

    public void Dispose() => entry?.Release();
}
