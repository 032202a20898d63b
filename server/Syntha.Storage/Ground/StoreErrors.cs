using System.Globalization;

namespace Syntha.Storage.Ground;

/// <summary>
/// Ground is the lowest room: what all others use. It uses the mesh's errors and names alone. This type makes the errors that callers read
/// when a store fails, on either engine. The texts say nothing of paths, statements or servers. The cause goes along for the log.
/// </summary>
internal static class StoreErrors
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(10);

    public static MeshException Full(Exception? cause) =>
        new(ErrorReason.StoreFull, "The store is full; nothing was written. Remove items, or try again when there is space.", cause)
        {
            RetryAfter = Later,
        };

    public static MeshException Busy(Exception? cause) =>
        new(ErrorReason.StoreBusy, "The store is busy; nothing was written. Try again.", cause) { RetryAfter = Soon };

    public static MeshException ReadOnly(Exception? cause) =>
        new(ErrorReason.StoreReadOnly, "The store can be read but not written; nothing was written.", cause);

    public static MeshException Corrupt(Exception? cause, string? what = null) =>
        new(ErrorReason.StoreCorrupt, what ?? "The user's store is damaged and cannot be used; restore it from a backup.", cause);

    public static MeshException Down(Exception? cause, StorePhase phase)
    {
        var message = phase == StorePhase.Committing
            ? "The store failed; it is unknown whether the last write happened. Repeat it with its request id."
            : "The store failed; nothing was written. Try again.";
        return new(ErrorReason.StoreDown, message, cause) { RetryAfter = Soon };
    }

    public static MeshException Gone() => new(ErrorReason.EpochChanged, "The user's store was erased.");

    /// <summary>Demands that a position of the past can still be read.</summary>
    /// <exception cref="MeshException">EPOCH_CHANGED, HISTORY_COMPACTED.</exception>
    public static void DemandKept(Position point, Position head, long oldestRevision)
    {
        if (point.Epoch != head.Epoch)
        {
            throw new MeshException(ErrorReason.EpochChanged, "The position belongs to another life of the store; begin anew without it.");
        }

        if (point.Revision < oldestRevision && (point.Revision > 0 || oldestRevision > 1))
        {
            throw Compacted(oldestRevision, head.Revision);
        }
    }

    public static MeshException Draining() =>
        new(ErrorReason.NodeDraining, "The server is shutting down.") { RetryAfter = Soon };

    public static MeshException Compacted(long oldestRevision, long headRevision) =>
        new(ErrorReason.HistoryCompacted, $"The log begins with revision {oldestRevision}; earlier changes are no longer kept.")
        {
            Metadata =
            {
                ["oldest"] = oldestRevision.ToString(CultureInfo.InvariantCulture),
                ["head"] = headRevision.ToString(CultureInfo.InvariantCulture),
            },
        };
}
