namespace Syntha.Mesh.Stores;

/// <summary>Where users' stores are found and made. Thread-safe. Below this interface no method takes a user.</summary>
public interface IUserStores
{
    /// <summary>The user's store, or null when the user has none. Creates nothing.</summary>
    /// <exception cref="MeshException">STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    ValueTask<IUserStore?> FindAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>The user's store, made anew when the user has none.</summary>
    /// <exception cref="MeshException">STORE_CORRUPT, STORE_DOWN, STORE_BUSY, STORE_FULL, STORE_READ_ONLY.</exception>
    ValueTask<IUserStore> OpenAsync(UserId user, CancellationToken cancellationToken);
}
