using System.Buffers.Binary;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;
using Syntha.Storage.Log;

namespace Syntha.Storage.Postgres.OneUser;

/// <summary>
/// Rows of the log in the form in which one statement of PostgreSQL takes many: an array for each column. Dapper passes the members that a
/// statement names.
/// </summary>
/// <param name="cipher">Null: items are written in plain.</param>
internal class ChangeColumns(StoreCipher? cipher)
{
    // A group can hold hundreds of commands of megabytes each. PostgreSQL takes at most a gigabyte at once, and others need memory too.
    private const long MaxBytes = 8 << 20;

    private readonly List<(Change Change, CommittedCommand? Command)> rows = [];
    private long bytes;

    /// <summary>Whether the rows should be written before more are added.</summary>
    public bool IsFull => bytes >= MaxBytes;

    /// <param name="change">The row.</param>
    /// <param name="command">The command, if this is its first row. Else null.</param>
    public void Add(Change change, CommittedCommand? command)
    {
        rows.Add((change, command));
        bytes += ChangeSize.Of(change);
    }

    public void Clear()
    {
        rows.Clear();
        bytes = 0;
    }

    public long[] Places => Column(row => new StoredPlace(row.Change.Place).Value);

    public long[] Times => Column(row => StoredTime.ToMicroseconds(row.Change.Time));

    public long?[] Replaces => Column(row => row.Change.Replaces is { } place ? new StoredPlace(place).Value : (long?)null);

    public long?[] Expiries => Column(row => row.Change.Item?.ExpiresAt is { } expiry ? StoredTime.ToMicroseconds(expiry) : (long?)null);

    public Guid?[] RequestIds => Column(row => row.Command?.Request?.Id);

    public Guid?[] RequestHashes => Column(row => row.Command?.Request is { } request
        ? ToGuid(cipher?.SealHash(request.ContentHash, request.Id) ?? request.ContentHash)
        : (Guid?)null);

    public short[] Kinds => Column(row => (short)row.Change.Kind);

    public string[] Subjects => Column(row => row.Change.Subject);

    public string?[] Actors => Column(row => row.Change.Actor?.Value);

    public string?[] Authors => Column(row => row.Change.Item?.Readers.Author?.Value);

    public string?[] Topics => Column(row => row.Change.Item is { } item ? NameList.Write(item.Readers.Topics) : null);

    public string?[] Subscribers => Column(row => row.Change.Item is { } item ? NameList.Write(item.Readers.Subscribers) : null);

    public string?[] Metadata => Column(row => cipher is null ? row.Change.Item?.MetadataJson : null);

    public string?[] BeforeAuthors => Column(row => row.Change.Before?.Author?.Value);

    public string?[] BeforeTopics => Column(row => row.Change.Before is { } before ? NameList.Write(before.Topics) : null);

    public string?[] BeforeSubscribers => Column(row => row.Change.Before is { } before ? NameList.Write(before.Subscribers) : null);

    public string?[] RequestCallers => Column(row => row.Command?.Request?.Caller?.Value);

    public string?[] RequestMethods => Column(row => row.Command?.Request?.Method);

    public string?[] Answers => Column(row => row.Command?.Request?.Answer);

    public string?[] OriginMethods => Column(row => row.Command?.Origin?.Method);

    public string?[] OriginCredentials => Column(row => row.Command?.Origin?.Credential);

    public long?[] OriginBytes => Column(row => row.Command?.ValueBytes);

    public string?[] Values => Column(row => cipher is null || row.Change.Item is null ? ChangeSize.ValueOf(row.Change) : null);

    public byte[]?[] Sealed => Column(row => cipher is not null && row.Change.Item is { } item ? Seal(item) : null);

    public static UInt128 ToHash(Guid guid)
    {
        Span<byte> hash = stackalloc byte[16];
        guid.TryWriteBytes(hash, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    public static Guid ToGuid(UInt128 hash)
    {
        Span<byte> guid = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(guid, hash);
        return new(guid, bigEndian: true);
    }

    private byte[] Seal(ContextItem item)
    {
        var stored = new byte[StoreCipher.SizeOf(item.ValueJson, item.MetadataJson)];
        cipher!.Seal(stored, new StoredPlace(item.Place).Value, item.Key.Value, item.ValueJson, item.MetadataJson);
        return stored;
    }

    private T[] Column<T>(Func<(Change Change, CommittedCommand? Command), T> cell)
    {
        var column = new T[rows.Count];
        for (var index = 0; index < column.Length; index++)
        {
            column[index] = cell(rows[index]);
        }

        return column;
    }
}
