using Syntha.Storage.Ground;

namespace Syntha.Storage.Audit;

/// <summary>Where an engine keeps the audit trail. Thread-safe.</summary>
internal interface IAuditDatabase
{
    /// <summary>Runs work in a transaction, and commits it.</summary>
    /// <exception cref="MeshException">STORE_FULL, STORE_READ_ONLY, STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    Task<T> TransactAsync<T>(StorePhase phase, Func<IAuditSession, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Users with a log that may reach beyond their mark: those after an id, in the order of ids.</summary>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    Task<IReadOnlyList<UserId>> ListBehindAsync(string after, int count, CancellationToken cancellationToken);

    /// <summary>Records, at a clean stop, that the trail has everything that was committed.</summary>
    Task CompleteAsync();
}
