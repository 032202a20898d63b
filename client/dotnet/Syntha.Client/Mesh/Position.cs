namespace Syntha.Client;

/// <summary>
/// A place in the history of one user's mesh. Positions of one epoch can be compared: the larger revision is the later one.
/// </summary>
/// <param name="Epoch">
/// Names one life of the user's store. It is random, and changes when the store is restored, imported or created anew. Positions of
/// different epochs cannot be compared. Empty for a user that has no store yet.
/// </param>
/// <param name="Revision">
/// Number of commands committed so far: 1, 2, 3, … in commit order, without a gap. 0 is an empty mesh.
/// </param>
public readonly record struct Position(string Epoch, long Revision)
{
    internal static Position From(V1.Position? wire) => wire is null ? new(string.Empty, 0) : new(wire.Epoch, wire.Revision);

    internal V1.Position ToWire() => new() { Epoch = Epoch, Revision = Revision };
}
