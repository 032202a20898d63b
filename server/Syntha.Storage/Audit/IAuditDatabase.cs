using Syntha.Storage.Ground;

namespace Syntha.Storage.Audit;

/// <summary>Where the audit trail is kept. Thread-safe.</summary>
internal interface IAuditDatabase : IAsyncDisposable
{
    /// <summary>Runs work in a transaction, and commits it.</summary>
    /// <exception cref="MeshException">STORE_FULL, STORE_READ_ONLY, STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    Task<T> TransactAsync<T>(StorePhase phase, Func<IAuditSession, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>
    /// Runs work about what is left of a log that is about to be erased: in the transaction that erases it where that is in the same database, else
    /// in one of its own, which is committed.
    /// </summary>
    /// <exception cref="MeshException">STORE_FULL, STORE_READ_ONLY, STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    Task<T> TransactAsync<T>(ICommitLog rest, Func<IAuditSession, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Users whose log may reach beyond their mark, after an id, in the order of ids.</summary>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    Task<IReadOnlyList<UserId>> ListBehindAsync(string after, int count, CancellationToken cancellationToken);

    /// <summary>Told at a clean stop that all that was committed is recorded.</summary>
    Task CompleteAsync();
}
