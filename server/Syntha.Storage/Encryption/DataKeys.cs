namespace Syntha.Storage.Encryption;

/// <summary>
/// A user's data keys: one, under which everything is encrypted, and while they rotate another one before it, under which some rows still
/// are. Immutable; thread-safe.
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

    /// <summary>How they stand in the user's store: numbers and wrapped keys, the newest last.</summary>
    public string Text { get; }

    /// <summary>The one under which is written.</summary>
    public DataKey Newest => keys[^1];

    /// <summary>All of them, the newest first.</summary>
    public IEnumerable<DataKey> NewestFirst => keys.Reverse();

    /// <summary>Whether rows may still be under an older one.</summary>
    public bool AreRotating => keys.Count > 1;

    public static DataKeys Create(MasterKey master, UserId user) => new(master, user, [DataKey.Create(master, user, 1)]);

    /// <exception cref="FormatException">They are not this user's, or not under this master key.</exception>
    public static DataKeys Read(MasterKey master, UserId user, string text) =>
        new(master, user, [.. text.Split(',').Select(key => DataKey.Read(master, user, key))]);

    /// <exception cref="FormatException">There is none of that number.</exception>
    public DataKey Get(uint id) =>
        keys.FirstOrDefault(key => key.Id == id) ?? throw new FormatException($"A row is encrypted under data key {id}, which is not there.");

    /// <summary>With a new key, under which is written from then on. One more at a time.</summary>
    public DataKeys WithNewKey() => AreRotating ? this : new(master, User, [Newest, DataKey.Create(master, User, Newest.Id + 1)]);

    /// <summary>Without those before the newest, for when no row needs them any more.</summary>
    public DataKeys WithoutOld() => new(master, User, [Newest]);

    /// <summary>The same keys under the master key of today.</summary>
    public DataKeys WrapAnew() => new(master, User, [.. keys.Select(key => key.WrapAnew(master, User))]);
}
