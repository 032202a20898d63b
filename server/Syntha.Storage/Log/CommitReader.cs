using System.Data.Common;
using System.Security.Cryptography;
using System.Text;

namespace Syntha.Storage.Log;

/// <summary>Puts rows of the log together to commands as the audit trail tells of them. For the rows of one query, in their order.</summary>
internal sealed class CommitReader(DbDataReader row, byte[] secret)
{
    /// <summary>By primary key: where whole commands end is found first, so that a page ends with one.</summary>
    public const string Select =
        """
        SELECT place, time, kind, subject, actor, origin_method, origin_credential, origin_bytes
        FROM changes
        WHERE place > @after AND place <= 16777215 | (
          SELECT coalesce(max(place), 0)
          FROM (SELECT place FROM changes WHERE place > @after ORDER BY place LIMIT @maxChanges) AS first)
        ORDER BY place;

        """;

    private readonly List<Commit> commits = [];
    private readonly List<byte> hashes = [];
    private Commit? current;

    /// <summary>Where to begin to read: behind the mark, if it is of this life of the store or of the one that it continues.</summary>
    public static long After(Position? mark, StoreHead head, Position? former)
    {
        var recorded =
            mark is not { } known ? 0
            : known.Epoch == head.Position.Epoch ? Math.Min(known.Revision, head.Position.Revision)
            : known.Epoch == former?.Epoch ? Math.Min(known.Revision, former.Value.Revision)
            : 0;
        return Math.Max(recorded, head.OldestRevision - 1);
    }

    public static CommitPage PageOf(IReadOnlyList<Commit> commits, StoreHead head, long after)
    {
        var through = commits.Count > 0 ? commits[^1].Revision : after;
        return new(commits, head.Position with { Revision = through }, through < head.Position.Revision);
    }

    /// <summary>Adds the row on which the reader stands.</summary>
    public void Add()
    {
        var (revision, index) = new StoredPlace(row.GetInt64(0)).Place;
        if (index == 0)
        {
            Finish();
            current = new(
                revision, StoredTime.FromMicroseconds(row.GetInt64(1)), Text(4) is { } actor ? AgentName.Trusted(actor) : null,
                Text(5) is { } method ? new(method, Text(6)) : null, Keys: 0, KeyHashes: [], row.IsDBNull(7) ? 0 : row.GetInt64(7));
        }
        if (current?.Revision != revision)
            throw new FormatException("A command does not begin with its first change.");
        if ((ChangeKind)row.GetInt32(2) != ChangeKind.AgentChanged)
            AddKey(row.GetString(3));
    }

    public IReadOnlyList<Commit> Complete()
    {
        Finish();
        return commits;
    }

    private void AddKey(string key)
    {
        current = current! with { Keys = current.Keys + 1 };
        if (current.Keys > Commit.MaxHashes)
            return;
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(key), hash);
        hashes.AddRange(hash[..Commit.HashBytes]);
    }

    private void Finish()
    {
        if (current is not null)
            commits.Add(current with { KeyHashes = [.. hashes] });
        hashes.Clear();
        current = null;
    }

    private string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
