namespace Syntha.Storage.Encryption;

/// <summary>
/// A user's data keys. Everything is encrypted under one key. During a rotation there is an older key before it, and some rows are still
/// encrypted under that. Immutable; thread-safe.
/// </summary>
internal sealed class DataKeys
{
    private readonly MasterKey master;
    private readonly IReadOnlyList<DataKey> keys;

    private DataKeys(MasterKey master, UserId user, IReadOnlyList<DataKey> keys)
    {
        (this.master, User, this.keys) = (master, user, keys);
        Text = string.Join(',', keys.Select(key => key.Text));
    }

    public UserId User { get; }

    /// <summary>The keys as the user's store holds them: numbers and encrypted keys, the newest last.</summary>
    public string Text { get; }

    /// <summary>The key that encrypts everything that is written.</summary>
    public DataKey Newest => keys[^1];

    /// <summary>All keys, the newest first.</summary>
    public IEnumerable<DataKey> NewestFirst => keys.Reverse();

    /// <summary>Whether rows may still be encrypted under an older key.</summary>
    public bool AreRotating => keys.Count > 1;

    public static DataKeys Create(MasterKey master, UserId user) => new(master, user, [DataKey.Create(master, user, 1)]);

    /// <exception cref="FormatException">The keys are not this user's, or not encrypted under this master key.</exception>
    public static DataKeys Read(MasterKey master, UserId user, string text) =>
        new(master, user, [.. text.Split(',').Select(key => DataKey.Read(master, user, key))]);

    /// <exception cref="FormatException">There is no key of that number.</exception>
    public DataKey Get(uint id) =>
        keys.FirstOrDefault(key => key.Id == id)
            ?? throw new FormatException($"A row is encrypted under data key {id}, and the store does not have that key.");

    /// <summary>The keys with a new one, which encrypts from then on. While two keys are in use, the same keys.</summary>
    public DataKeys WithNewKey() => AreRotating ? this : new(master, User, [Newest, DataKey.Create(master, User, Newest.Id + 1)]);

    /// <summary>
    /// Without the keys before a given one: no row needs them any more. It drops nothing where the store does not have that key, because an
    /// import has replaced the store. The key is told by its secret: in another store, the same number is another key.
    /// </summary>
    public DataKeys WithoutOlderThan(DataKey kept)
    {
        var place = keys.TakeWhile(key => !key.Secret.AsSpan().SequenceEqual(kept.Secret)).Count();
        return place == keys.Count ? this : new(master, User, [.. keys.Skip(place)]);
    }

    /// <summary>The same keys, encrypted under today's master key.</summary>
    public DataKeys WrapAnew() => new(master, User, [.. keys.Select(key => key.WrapAnew(master, User))]);
}
