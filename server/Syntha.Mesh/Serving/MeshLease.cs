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

    public void Dispose() => entry?.Release();
}
