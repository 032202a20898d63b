using System.Globalization;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Log;

/// <summary>
/// Log turns rows of a user's log into changes and back, the same way for both engines; it uses Ground and Encryption. This type reads
/// rows. Use one instance for one query: equal readers share one object, which keeps a large mesh small.
/// </summary>
/// <param name="row">The current row of the query.</param>
/// <param name="cipher">Null: the store is not encrypted.</param>
/// <param name="sealedAt">The column that holds the encrypted value and metadata.</param>
internal sealed class ChangeReader(ILogRow row, StoreCipher? cipher, int sealedAt)
{
    public const int ValueAt = 4;
    public const int BehindColumns = 15;

    /// <summary>The columns that the queries select, in this order.</summary>
    public const string Columns =
        """
        changes.place, kind, time, subject, value, replaces,
        author, topics, subscribers, actor, before_author, before_topics, before_subscribers, expires_at, metadata
        """;

    private readonly Dictionary<(string?, string?, string?), Readers> seen = [];

    /// <summary>Reads the change in the current row.</summary>
    /// <exception cref="FormatException">The row holds something that no server wrote.</exception>
    public Change Read()
    {
        var place = new StoredPlace(row.GetNumber(0)).Place;
        var kind = checked((ChangeKind)row.GetNumber(1));
        var time = StoredTime.FromMicroseconds(row.GetNumber(2));
        var subject = row.GetText(3);
        var agent = kind == ChangeKind.AgentChanged ? StoredAgent.ReadBoth(subject, row.GetValue(ValueAt)) : default;
        var (claim, isQuiet) = LogKinds.IsClaim((long)kind) ? StoredClaim.Read(subject, row.GetValue(ValueAt)) : default;
        return new()
        {
            Kind = Enum.IsDefined(kind) ? kind : throw new FormatException($"A change of kind {kind}."),
            Place = place,
            Time = time,
            Subject = subject,
            Replaces = row.FindNumber(5) is { } replaced ? new StoredPlace(replaced).Place : null,
            Actor = row.FindText(9) is { } actor ? AgentName.Trusted(actor) : null,
            Item = kind is ChangeKind.Created or ChangeKind.Updated ? ReadItem(place, time, subject) : null,
            Before = kind is ChangeKind.Created or ChangeKind.AgentChanged or ChangeKind.Claimed or ChangeKind.ClaimRenewed
                ? null
                : ReadReaders(10),
            Redacts = kind == ChangeKind.Redacted
                ? new StoredPlace(long.Parse(row.GetValue(ValueAt), NumberStyles.None, CultureInfo.InvariantCulture)).Place
                : null,
            Agent = agent.Agent,
            AgentBefore = agent.Former,
            Claim = claim,
            IsQuiet = isQuiet,
        };
    }

    private ContextItem ReadItem(ChangePlace place, DateTimeOffset time, string key)
    {
        // Only a redaction leaves an item without a value.
        var isRedacted = row.IsNull(cipher is null ? ValueAt : sealedAt);
        var (value, metadata) = isRedacted ? ("null", null)
            : cipher is null ? (row.GetValue(ValueAt), row.FindText(14))
            : cipher.Open(row.GetBytes(sealedAt), row.GetNumber(0), key);
        return new()
        {
            Key = ContextKey.Trusted(key),
            ValueJson = value,
            MetadataJson = metadata,
            IsRedacted = isRedacted,
            Readers = ReadReaders(6),
            Place = place,
            UpdatedAt = time,
            ExpiresAt = row.FindNumber(13) is { } expiry ? StoredTime.FromMicroseconds(expiry) : null,
        };
    }

    /// <summary>Reads a version, of a query that selects its place, author, topics and subscribers.</summary>
    public KeptVersion ReadVersion() => new(new StoredPlace(row.GetNumber(0)).Place, ReadReaders(1));

    private Readers ReadReaders(int first)
    {
        var stored = (Author: row.FindText(first), Topics: row.FindText(first + 1), Subscribers: row.FindText(first + 2));
        if (stored is (null, null, null))
        {
            return Readers.Everyone;
        }

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
}
