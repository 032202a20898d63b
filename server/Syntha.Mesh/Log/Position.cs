using System.Globalization;

namespace Syntha.Mesh.Log;

/// <summary>
/// A position in the history of one user's mesh. Positions of one epoch compare by revision; in another epoch they mean nothing.
/// </summary>
/// <param name="Epoch">A random id of one life of the store. Empty for a user without a store.</param>
/// <param name="Revision">The number of commands that were committed so far.</param>
public readonly record struct Position(string Epoch, long Revision)
{
    public static Position Empty { get; } = new("", 0);

    /// <summary>Demands that a position that a caller kept is one that this mesh, which is at this position, has reached.</summary>
    /// <exception cref="MeshException">EPOCH_CHANGED, REVISION_IN_FUTURE.</exception>
    internal void DemandReached(Position kept)
    {
        if (kept.Epoch != Epoch)
        {
            throw new MeshException(ErrorReason.EpochChanged, "The position belongs to another life of the store; begin anew without it.");
        }

        if (kept.Revision > Revision || kept.Revision < 0)
        {
            throw new MeshException(ErrorReason.RevisionInFuture, "The position lies beyond the last revision of the mesh.")
            {
                Metadata = { ["head"] = Revision.ToString(CultureInfo.InvariantCulture) },
            };
        }
    }
}
