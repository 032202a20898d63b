using System.Data.Common;
using Syntha.Storage.Encryption;

namespace Syntha.Storage.Log;

/// <summary>
/// Turns rows of the log into changes. One instance for one query: equal routings share one object, which is what keeps a large mesh small.
/// </summary>
/// <param name="row">The rows of the query.</param>
/// <param name="cipher">Null: the store is not encrypted.</param>
/// <param name="sealedAt">The column of what is encrypted.</param>
internal sealed class ChangeReader(DbDataReader row, StoreCipher? cipher, int sealedAt)
{
    public const int ValueAt = 4;
    public const int BehindColumns = 15;


    /// <summary>What the queries select, in this order.</summary>
    public const string Columns =
        """
        changes.place, kind, time, subject, value, replaces,
        author, topics, subscribers, actor, before_author, before_topics, before_subscribers, expires_at, metadata
        """;

    private readonly Dictionary<(string?, string?, string?), Readers> seen = [];

    /// <summary>The change in the row on which the reader stands.</summary>
    /// <exception cref="FormatException">The row holds what no server wrote.</exception>
    public Change Read()
    {
        var place = new StoredPlace(row.GetInt64(0)).Place;
        var kind = (ChangeKind)row.GetInt32(1);
        var time = StoredTime.FromMicroseconds(row.GetInt64(2));
        var subject = row.GetString(3);
        return new()
        {
            Kind = Enum.IsDefined(kind) ? kind : throw new FormatException($"A change of kind {kind}."),
            Place = place,
            Time = time,
            Subject = subject,
            Replaces = row.IsDBNull(5) ? null : new StoredPlace(row.GetInt64(5)).Place,
            Actor = Text(9) is { } actor ? AgentName.Trusted(actor) : null,
            Item = kind is ChangeKind.Created or ChangeKind.Updated ? ReadItem(place, time, subject) : null,
            Before = kind is ChangeKind.Created or ChangeKind.AgentChanged ? null : ReadReaders(10),
            Agent = kind == ChangeKind.AgentChanged ? StoredAgent.Read(subject, row.GetString(ValueAt)) : null,
        };
    }

    private ContextItem ReadItem(ChangePlace place, DateTimeOffset time, string key)
    {
        var (value, metadata) = cipher is null
            ? (row.GetString(ValueAt), Text(14))
            : cipher.Open(row.GetFieldValue<byte[]>(sealedAt), row.GetInt64(0), key);
        return new()
        {
            Key = ContextKey.Trusted(key),
            ValueJson = value,
            MetadataJson = metadata,
            Readers = ReadReaders(6),
            Place = place,
            UpdatedAt = time,
            ExpiresAt = row.IsDBNull(13) ? null : StoredTime.FromMicroseconds(row.GetInt64(13)),
        };
    }

    private Readers ReadReaders(int first)
    {
        var stored = (Author: Text(first), Topics: Text(first + 1), Subscribers: Text(first + 2));
        if (stored is (null, null, null))
            return Readers.Everyone;
        if (!seen.TryGetValue(stored, out var readers))
        {
            readers = new(
                stored.Author is null ? null : AgentName.Trusted(stored.Author),
                stored.Topics is null ? [] : NameList.Read(stored.Topics, TopicName.Trusted),
                stored.Subscribers is null ? [] : NameList.Read(stored.Subscribers, AgentName.Trusted));
            seen.Add(stored, readers);
        }
        return readers;
    }

    private string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
