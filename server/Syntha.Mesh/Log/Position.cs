using System.Globalization;

namespace Syntha.Mesh.Log;

/// <summary>A place in the history of one user's mesh: comparable by revision within one epoch, meaningless in another.</summary>
/// <param name="Epoch">One life of the store, at random. Empty for a user without a store.</param>
/// <param name="Revision">How many commands were committed so far.</param>
public readonly record struct Position(string Epoch, long Revision)
{
    public static Position Empty { get; } = new("", 0);

    /// <summary>Holds a position that a caller kept against this one, which is the mesh's.</summary>
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
