namespace Syntha.Mesh.Stores;

/// <summary>
/// One user's store, bound to that user once and for all. Thread-safe, except that there is one writer at a time. Holding it costs no file
/// and no connection; it takes one for each operation.
/// </summary>
public interface IUserStore
{
    /// <summary>Reads the present: head, items and agents, as of one moment.</summary>
    /// <exception cref="MeshException">STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    ValueTask<StoredMesh> LoadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Waits for a turn to write and then runs <paramref name="work"/>, which may commit once. The group of commands is put together
    /// inside the work, so that whatever arrives while the turn is awaited goes along.
    /// </summary>
    /// <exception cref="MeshException">
    /// STORE_FULL, STORE_BUSY, STORE_READ_ONLY: nothing was written. STORE_DOWN, STORE_CORRUPT: whether the commit happened is unknown.
    /// </exception>
    Task WriteAsync(Func<IStoreTransaction, ValueTask> work, CancellationToken cancellationToken);

    /// <summary>Reads whole commands of the log in order, beginning after a revision, until a limit is reached or the log ends.</summary>
    /// <param name="afterRevision">The revision before the first to read.</param>
    /// <param name="maxChanges">Stops after the command that reaches it; at least one command is read where there is one.</param>
    /// <param name="maxBytes">Likewise, counted in bytes of values.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">HISTORY_COMPACTED, STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    ValueTask<ImmutableArray<Change>> ReadChangesAsync(
        long afterRevision, int maxChanges, long maxBytes, CancellationToken cancellationToken);
}
