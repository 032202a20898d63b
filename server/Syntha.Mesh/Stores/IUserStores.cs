namespace Syntha.Mesh.Stores;

/// <summary>
/// Finds and makes the stores of users. Thread-safe. Below this interface no method takes a user. The room Stores is what the mesh asks of
/// a database; Syntha.Storage implements it. It uses Errors, Names, Items, Log and Outcomes.
/// </summary>
public interface IUserStores
{
    /// <summary>
    /// Whether other nodes write to the same stores. Then a mesh in memory is only as current as the log that it has read, and a read must
    /// ask for the head.
    /// </summary>
    bool IsShared { get; }

    /// <summary>
    /// The clock by which items expire: the node's own where its stores are its own, else the database's, as closely as it is known.
    /// </summary>
    TimeProvider Clock { get; }

    /// <summary>Copies commits to the audit trail. Set before the first store is used. Not set: nothing is copied.</summary>
    ICommitRecorder Recorder { get; set; }

    /// <summary>The user's store, or null if the user has none. Creates nothing.</summary>
    /// <exception cref="MeshException">STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    ValueTask<IUserStore?> FindAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>The user's store. It is made if the user has none, and if the right still holds at that moment.</summary>
    /// <exception cref="MeshException">
    /// CREDENTIALS_INVALID, STORE_CORRUPT, STORE_DOWN, STORE_BUSY, STORE_FULL, STORE_READ_ONLY.
    /// </exception>
    ValueTask<IUserStore> OpenAsync(UserId user, StoreRight right, CancellationToken cancellationToken);

    /// <summary>
    /// Erases the user's store. When this returns, nothing of it is left. If the process is killed on the way, the store is as before or
    /// gone after the next start. A turn to write that is under way ends first, and the audit trail records the rest of the log. From then
    /// on, stores that were handed out fail with EPOCH_CHANGED.
    /// </summary>
    /// <returns>False: the user had no store.</returns>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_READ_ONLY.</exception>
    Task<bool> DeleteAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>
    /// Begins to fill a new store for the user, beside the one that the user may have. The right must still hold when it takes its place.
    /// </summary>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_FULL, STORE_READ_ONLY.</exception>
    Task<IStagedStore> StageAsync(UserId user, StoreRight right, CancellationToken cancellationToken);

    /// <summary>
    /// Gives the store of each user a new epoch, which no position knows. A store that cannot be given one is passed over, and counted.
    /// </summary>
    /// <param name="progress">Receives the counts now and then.</param>
    /// <param name="cancellationToken">Ends it between two users, if it goes user by user.</param>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_READ_ONLY.</exception>
    Task<StoreCount> RenewEpochsAsync(IProgress<StoreCount> progress, CancellationToken cancellationToken);
}

/// <summary>The progress of work on the stores of all users.</summary>
/// <param name="Done">Stores that are done.</param>
/// <param name="Failed">Stores that failed. The server's log says why.</param>
/// <param name="Total">All stores.</param>
public readonly record struct StoreCount(long Done, long Failed, long Total);
