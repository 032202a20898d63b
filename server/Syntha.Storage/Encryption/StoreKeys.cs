using Syntha.Storage.Ground;

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
    /// <exception cref="MeshException">STORE_CORRUPT. STORE_DOWN: this server has no key ring.</exception>
    public DataKeys? Read(string? list)
    {
        if (latest is { } known && known.Text == list)
        {
            return known;
        }

        return (master, list) switch
        {
            (null, null) => null,
            (null, _) => throw RingMissing(),
            (_, null) => throw StoreErrors.Corrupt(new NotSupportedException("The store is not encrypted, but the server's are: run `syntha encrypt`.")),
            _ => latest = Unwrap(master, list),
        };
    }

    /// <summary>
    /// What a server answers that ran on without a key ring while the data was encrypted: nothing is wrong with the data, and another node
    /// can serve it.
    /// </summary>
    public static MeshException RingMissing() => StoreErrors.Down(
        new NotSupportedException("The data is encrypted by now: set Encryption:KeyRingPath to the folder of its key ring and start again."),
        StorePhase.Writing);

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
