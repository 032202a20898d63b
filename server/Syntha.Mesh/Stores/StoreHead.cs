namespace Syntha.Mesh.Stores;

/// <summary>How far a store's log reaches.</summary>
/// <param name="Position">Its last command. Empty: there is no such store any more.</param>
/// <param name="OldestRevision">The lowest revision whose changes are all in the log.</param>
public readonly record struct StoreHead(Position Position, long OldestRevision)
{
    public static StoreHead Empty { get; } = new(Position.Empty, 1);
}
