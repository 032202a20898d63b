namespace Syntha.Storage.Encryption;

/// <summary>What is done to the encryption of one user's store. Thread-safe.</summary>
internal interface IUserEncryption
{
    /// <summary>Encrypts a store that is plain: as a whole, or not at all. One that is encrypted is only seen to be under the master key.</summary>
    /// <exception cref="MeshException">STORE_CORRUPT, STORE_FULL, STORE_READ_ONLY, STORE_DOWN, STORE_BUSY.</exception>
    Task EncryptAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>Changes the user's data keys, between two turns to write.</summary>
    /// <returns>Whether rows may be under another one than the newest.</returns>
    /// <exception cref="MeshException">As above. EPOCH_CHANGED: the user was erased.</exception>
    Task<bool> ChangeKeysAsync(UserId user, Func<DataKeys, DataKeys> change, CancellationToken cancellationToken);

    /// <summary>Encrypts some of the log, or of the outcomes, under the newest key, in one turn to write.</summary>
    /// <param name="user">The user.</param>
    /// <param name="part">Which of the two.</param>
    /// <param name="after">The row after which it begins.</param>
    /// <param name="cancellationToken">Ends the wait for the turn.</param>
    /// <returns>The last row that it has looked at; null: there are no more.</returns>
    /// <exception cref="MeshException">As above.</exception>
    Task<long?> RenewRowsAsync(UserId user, EncryptedPart part, long after, CancellationToken cancellationToken);
}
