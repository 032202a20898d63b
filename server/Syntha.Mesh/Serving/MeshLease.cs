using Syntha.Mesh.Reading;
using Syntha.Mesh.State;

namespace Syntha.Mesh.Serving;

/// <summary>Holds a user's mesh in memory for the length of one call. The only way to a mesh: below it, nothing takes a user id.</summary>
public readonly struct MeshLease : IDisposable
{
    private readonly MeshEntry? entry;

    internal MeshLease(MeshEntry entry) => this.entry = entry;

    /// <summary>The mesh; null for a user that has no store, whose views are empty.</summary>
    public UserMesh? Mesh => entry?.Mesh;

    /// <summary>What a caller sees now; null: the owner.</summary>
    public MeshView View(AgentName? agent) => entry?.Mesh.View(agent) ?? new(MeshState.Empty, DateTimeOffset.UnixEpoch, agent);

    public void Dispose() => entry?.Release();
}
