namespace Syntha.Mesh.Stores;

/// <summary>Where users' stores are found and made. Thread-safe. Below this interface no method takes a user.</summary>
public interface IUserStores
{
    /// <summary>
    /// Whether other nodes write to the same stores: then a mesh in memory is only as current as the log that it has read, and a read must
    /// ask for the head.
    /// </summary>
    bool IsShared { get; }

    /// <summary>The clock by which items expire: that of the node where stores are its own, else the database's, as closely as it is known.</summary>
    TimeProvider Clock { get; }

    /// <summary>Who copies what is committed to the audit trail. Set before the first store is used; without that, nobody.</summary>
    ICommitRecorder Recorder { get; set; }

    /// <summary>The user's store, or null when the user has none. Creates nothing.</summary>
    /// <exception cref="MeshException">STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    ValueTask<IUserStore?> FindAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>The user's store, made anew when the user has none.</summary>
    /// <exception cref="MeshException">STORE_CORRUPT, STORE_DOWN, STORE_BUSY, STORE_FULL, STORE_READ_ONLY.</exception>
    ValueTask<IUserStore> OpenAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>
    /// Erases the user's store: when this returns nothing of it is left, and killed at any point it is as before or gone after the next
    /// start. A turn to write that is under way is waited for, and what is left of the log is recorded. Stores that were handed out say EPOCH_CHANGED from then on.
    /// </summary>
    /// <returns>False: the user had none.</returns>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_READ_ONLY.</exception>
    Task<bool> DeleteAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>Begins to fill a store for the user, beside whatever it has.</summary>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_FULL, STORE_READ_ONLY.</exception>
    Task<IStagedStore> StageAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>
    /// Gives all users' stores epochs of their own, which no position knows. A store that cannot be given one is passed over, and counted.
    /// </summary>
    /// <param name="progress">Told now and then how far it has got.</param>
    /// <param name="cancellationToken">Ends it between two users, where it goes user by user.</param>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_READ_ONLY.</exception>
    Task<StoreCount> RenewEpochsAsync(IProgress<StoreCount> progress, CancellationToken cancellationToken);
}

/// <summary>How far work on all users' stores has got.</summary>
/// <param name="Done">Stores on which it is done.</param>
/// <param name="Failed">Stores on which it could not be done; the log says why.</param>
/// <param name="Total">How many there are.</param>
public readonly record struct StoreCount(long Done, long Failed, long Total);
