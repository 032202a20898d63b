using Syntha.Storage.Ground;

namespace Syntha.Storage.Encryption;

/// <summary>
/// One user's data keys while the store is open. They are decrypted once, and again when the store holds another list. Thread-safe.
/// </summary>
/// <param name="user">The user.</param>
/// <param name="master">Null: encryption is off.</param>
internal sealed class StoreKeys(UserId user, MasterKey? master)
{
    private volatile DataKeys? latest;

    public bool AreUsed => master is not null;

    /// <summary>Makes the keys of a new store. Null: encryption is off.</summary>
    public DataKeys? Create() => master is null ? null : DataKeys.Create(master, user);

    /// <summary>
    /// Reads the keys that a store holds. Null: neither the store nor the server uses encryption. A plain store is never taken for an
    /// encrypted one, nor the other way round.
    /// </summary>
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
            (_, null) => throw StoreErrors.Corrupt(
                new NotSupportedException("The store is not encrypted, but the server encrypts its stores: run `syntha encrypt`.")),
            _ => latest = Unwrap(master, list),
        };
    }

    /// <summary>
    /// The answer of a server without a key ring that ran on while the data was encrypted. The data is not damaged, and another node can
    /// serve it.
    /// </summary>
    public static MeshException RingMissing() => StoreErrors.Down(
        new NotSupportedException("The data was encrypted: set Encryption:KeyRingPath to the folder of its key ring and start again."),
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
