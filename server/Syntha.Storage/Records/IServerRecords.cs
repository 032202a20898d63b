namespace Syntha.Storage.Records;

/// <summary>
/// Records keeps what the server itself stores beside users' stores: credentials and quotas; and it knows which users have a store. It uses
/// Ground alone. Each write is durable when it returns, and has a revision in the order of commits. A reader that reads everything after
/// the last revision it knows misses nothing. Thread-safe.
/// </summary>
public interface IServerRecords
{
    /// <summary>Whether other nodes write here too.</summary>
    bool IsShared { get; }

    /// <summary>Reads what changed after a revision. After 0: everything. Creates nothing.</summary>
    /// <exception cref="MeshException">STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    ValueTask<RecordChanges> ReadAsync(long afterRevision, CancellationToken cancellationToken);

    /// <exception cref="MeshException">STORE_FULL, STORE_READ_ONLY, STORE_DOWN, STORE_BUSY.</exception>
    ValueTask AddKeyAsync(ApiKeyRecord key, CancellationToken cancellationToken);

    /// <returns>Whether there is such a key that was not revoked before.</returns>
    /// <exception cref="MeshException">As <see cref="AddKeyAsync"/>.</exception>
    ValueTask<bool> RevokeKeyAsync(string id, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>
    /// Revokes all credentials of a user that is about to be erased: the API keys, and the tokens that were issued until this moment.
    /// </summary>
    /// <returns>How many keys were revoked that were not revoked before.</returns>
    /// <exception cref="MeshException">As <see cref="AddKeyAsync"/>.</exception>
    ValueTask<int> RevokeAllAsync(UserId user, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Reads a user's quota and writes it anew in one transaction, so that no change by another caller is lost.</summary>
    /// <param name="user">The user.</param>
    /// <param name="change">Makes the new quota of the present one. What it throws is thrown, and nothing is written.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">As <see cref="AddKeyAsync"/>.</exception>
    ValueTask ChangeQuotaAsync(UserId user, Func<QuotaRecord, QuotaRecord> change, CancellationToken cancellationToken);

    /// <summary>Null: users' stores are not encrypted. Creates nothing.</summary>
    /// <exception cref="MeshException">As <see cref="ReadAsync"/>.</exception>
    ValueTask<EncryptionMark?> ReadMarkAsync(CancellationToken cancellationToken);

    /// <param name="mark">The new mark.</param>
    /// <param name="former">
    /// The check of the present mark. Null: there is none. If the present mark has another check, nothing changes.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">As <see cref="AddKeyAsync"/>.</exception>
    ValueTask SetMarkAsync(EncryptionMark mark, string? former, CancellationToken cancellationToken);

    /// <summary>Lists the users that have a store, in the byte order of their ids.</summary>
    /// <param name="after">Only ids after this one. Null: from the beginning.</param>
    /// <param name="count">The most users to return.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY.</exception>
    ValueTask<IReadOnlyList<UserId>> ListUsersAsync(string? after, int count, CancellationToken cancellationToken);
}
