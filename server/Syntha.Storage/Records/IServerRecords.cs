namespace Syntha.Storage.Records;

/// <summary>
/// What the server itself keeps, beside users' stores: credentials and quotas; and who has a store. Each write is durable when it returns and has a revision, in
/// the order of commits, so that whoever reads what comes after the last one that it knows misses nothing. Thread-safe.
/// </summary>
public interface IServerRecords : IAsyncDisposable
{
    /// <summary>Whether other nodes write here as well.</summary>
    bool IsShared { get; }

    /// <summary>Reads what has changed after a revision; after 0: everything. Creates nothing.</summary>
    /// <exception cref="MeshException">STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    ValueTask<RecordChanges> ReadAsync(long afterRevision, CancellationToken cancellationToken);

    /// <exception cref="MeshException">STORE_FULL, STORE_READ_ONLY, STORE_DOWN, STORE_BUSY.</exception>
    ValueTask AddKeyAsync(KeyRecord key, CancellationToken cancellationToken);

    /// <returns>Whether there is such a key and it was not revoked before.</returns>
    /// <exception cref="MeshException">As <see cref="AddKeyAsync"/>.</exception>
    ValueTask<bool> RevokeKeyAsync(string id, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Revokes all keys of a user.</summary>
    /// <returns>How many there were that were not revoked before.</returns>
    /// <exception cref="MeshException">As <see cref="AddKeyAsync"/>.</exception>
    ValueTask<int> RevokeKeysAsync(UserId user, DateTimeOffset at, CancellationToken cancellationToken);

    /// <exception cref="MeshException">As <see cref="AddKeyAsync"/>.</exception>
    ValueTask SetQuotaAsync(QuotaRecord quota, CancellationToken cancellationToken);

    /// <summary>Null: users' stores are not encrypted. Creates nothing.</summary>
    /// <exception cref="MeshException">As <see cref="ReadAsync"/>.</exception>
    ValueTask<EncryptionMark?> ReadMarkAsync(CancellationToken cancellationToken);

    /// <param name="mark">What is to stand there.</param>
    /// <param name="former">The check that stands there now; null: none. Where another one does, nothing changes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">As <see cref="AddKeyAsync"/>.</exception>
    ValueTask SetMarkAsync(EncryptionMark mark, string? former, CancellationToken cancellationToken);

    /// <summary>Lists users that have a store, in the byte order of their ids.</summary>
    /// <param name="after">The id before the first; null: from the beginning.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY.</exception>
    ValueTask<IReadOnlyList<UserId>> ListUsersAsync(string? after, int count, CancellationToken cancellationToken);
}
