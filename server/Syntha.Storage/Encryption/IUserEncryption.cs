namespace Syntha.Storage.Encryption;

/// <summary>Changes the encryption of one user's store. Thread-safe.</summary>
internal interface IUserEncryption
{
    /// <summary>
    /// Encrypts a plain store, as a whole or not at all. Of an encrypted store it only checks that the keys are encrypted under the master
    /// key.
    /// </summary>
    /// <exception cref="MeshException">STORE_CORRUPT, STORE_FULL, STORE_READ_ONLY, STORE_DOWN, STORE_BUSY.</exception>
    Task EncryptAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>Changes the user's data keys, while no transaction writes.</summary>
    /// <returns>The keys from now on.</returns>
    /// <exception cref="MeshException">As <see cref="EncryptAsync"/>. EPOCH_CHANGED: the user was erased.</exception>
    Task<DataKeys> ChangeKeysAsync(UserId user, Func<DataKeys, DataKeys> change, CancellationToken cancellationToken);

    /// <summary>Encrypts some rows of the log, or of the outcomes, under the newest key, in one transaction.</summary>
    /// <param name="user">The user.</param>
    /// <param name="part">The log or the outcomes.</param>
    /// <param name="after">The row before the first one to encrypt.</param>
    /// <param name="cancellationToken">Ends the wait for the transaction.</param>
    /// <returns>The last row that it looked at. Null: there are no more.</returns>
    /// <exception cref="MeshException">As <see cref="EncryptAsync"/>.</exception>
    Task<long?> RenewRowsAsync(UserId user, EncryptedPart part, long after, CancellationToken cancellationToken);
}
