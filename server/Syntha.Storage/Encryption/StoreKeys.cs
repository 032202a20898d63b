namespace Syntha.Storage.Encryption;

/// <summary>
/// One user's data keys while the store is open: they are unwrapped once, and again when the store's list of them is another one. Thread-safe.
/// </summary>
/// <param name="user">The user.</param>
/// <param name="master">Null: encryption is off.</param>
internal sealed class StoreKeys(UserId user, MasterKey? master)
{
    private volatile DataKeys? latest;

    public bool AreUsed => master is not null;

    /// <summary>Makes the keys of a new store.</summary>
    public DataKeys? Create() => master is null ? null : DataKeys.Create(master, user);

    /// <summary>What a store's list holds; null where neither store nor server know of encryption. What is plain is never taken for encrypted, nor the other way round.</summary>
    /// <exception cref="MeshException">STORE_CORRUPT.</exception>
    public DataKeys? Read(string? list)
    {
        if (latest is { } known && known.Text == list)
            return known;
        return (master, list) switch
        {
            (null, null) => null,
            (null, _) => throw StoreErrors.Corrupt(new NotSupportedException("The store is encrypted, and Encryption:KeyRingPath is not set.")),
            (_, null) => throw StoreErrors.Corrupt(new NotSupportedException("The store is not encrypted, but the server's are: run `syntha encrypt`.")),
            _ => latest = Unwrap(master, list),
        };
    }

    private DataKeys Unwrap(MasterKey key, string list)
    {
        try
        {
            return DataKeys.Read(key, user, list);
        }
        catch (FormatException foreign)
        {
            throw StoreErrors.Corrupt(foreign);
        }
    }
}
