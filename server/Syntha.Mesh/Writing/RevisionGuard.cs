using System.Globalization;

namespace Syntha.Mesh.Writing;

/// <summary>The caller's condition on the revision of the item that it replaces or removes.</summary>
internal static class RevisionGuard
{
    /// <param name="ifRevision">Null: no condition. 0: there must be no item. n: its revision must be n.</param>
    /// <param name="item">The live item that the caller can read, or null.</param>
    /// <exception cref="MeshException">KEY_EXISTS, REVISION_MISMATCH.</exception>
    public static void Demand(long? ifRevision, ContextItem? item)
    {
        var current = item?.Place.Revision ?? 0;
        if (ifRevision is not { } expected || expected == current)
        {
            return;
        }

        var currentText = current.ToString(CultureInfo.InvariantCulture);
        if (expected == 0)
        {
            throw new MeshException(ErrorReason.KeyExists, $"The key exists, at revision {currentText}.")
            {
                Metadata = { ["current"] = currentText },
            };
        }

        var expectedText = expected.ToString(CultureInfo.InvariantCulture);
        throw new MeshException(
            ErrorReason.RevisionMismatch,
            item is null
                ? $"The item does not exist; revision {expectedText} was expected."
                : $"The item is at revision {currentText}; revision {expectedText} was expected. Read it again.")
        {
            Metadata = { ["expected"] = expectedText, ["current"] = currentText },
        };
    }
}
