namespace Syntha.Mesh.Stores;

/// <summary>All that a store holds of a mesh's present.</summary>
/// <param name="Position">The head of the log.</param>
/// <param name="OldestRevision">The lowest revision whose changes are all in the log; streams can resume after the one before it.</param>
/// <param name="Items">Live items, and items whose expiry is not logged yet; in no particular order.</param>
/// <param name="Expired">Items whose expiry is logged and which are not purged yet.</param>
/// <param name="Agents">All records that are not empty.</param>
public sealed record StoredMesh(
    Position Position,
    long OldestRevision,
    IReadOnlyList<ContextItem> Items,
    IReadOnlyList<ExpiredItem> Expired,
    IReadOnlyList<AgentRecord> Agents);
