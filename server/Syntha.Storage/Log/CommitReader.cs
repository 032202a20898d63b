using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Log;

/// <summary>Collects rows of the log into commits, as the audit trail records them. Takes the rows of one query, in their order.</summary>
internal sealed class CommitReader(DbDataReader row, byte[] secret) : IDisposable
{
    /// <summary>By primary key. The inner query finds where the page ends, so that it ends with a whole command.</summary>
    public const string Select =
        """
        SELECT place, time, kind, subject, actor, origin_method, origin_credential, origin_bytes
        FROM changes
        WHERE place > @after AND place <= 16777215 | (
          SELECT coalesce(max(place), 0)
          FROM (SELECT place FROM changes WHERE place > @after ORDER BY place LIMIT @maxChanges) AS first)
        ORDER BY place;

        """;

    private readonly List<Gathered> commits = [];
    private readonly List<byte> hashes = [];

    // The commit of each origin in the current moment that takes more commands. Commands of one group have one moment, and may have
    // hundreds of origins.
    private readonly Dictionary<(string? Actor, string? Method, string? Credential), Gathered> ofMoment = [];

    // Made once for all rows. To make it costs more than to use it.
    private IncrementalHash? keyHash;
    private byte[] text = new byte[512];
    private Gathered? current;
    private LoggedCommand command;

    /// <summary>
    /// The revision after which to read. It is the mark's, if the mark belongs to this epoch of the store or to the epoch that this one
    /// continues.
    /// </summary>
    public static long After(Position? mark, StoreHead head, Position? former)
    {
        var recorded =
            mark is not { } known ? 0
            : known.Epoch == head.Position.Epoch ? Math.Min(known.Revision, head.Position.Revision)
            : known.Epoch == former?.Epoch ? Math.Min(known.Revision, former.Value.Revision)
            : 0;
        return Math.Max(recorded, head.OldestRevision - 1);
    }

    /// <summary>Adds the current row.</summary>
    public void Add()
    {
        var (revision, index) = new StoredPlace(row.GetInt64(0)).Place;
        if (index == 0)
        {
            Finish();
            current = new(row.GetInt64(1), Text(4), Text(5), Text(6));
            command = new(revision, row.IsDBNull(7) ? 0 : row.GetInt64(7), 0);
        }
        if (current is null || command.Revision != revision)
        {
            throw new FormatException("A command does not begin with its first change.");
        }

        // Neither agents nor claims are keys.
        if ((ChangeKind)row.GetInt32(2) is var kind && kind != ChangeKind.AgentChanged && !LogKinds.IsClaim((long)kind))
        {
            AddKey(row.GetString(3));
        }
    }

    /// <summary>Everything that was added, as a page of a log with this head.</summary>
    /// <param name="head">The head at the time of the rows.</param>
    /// <param name="after">The revision after which the rows begin.</param>
    public CommitPage Complete(StoreHead head, long after)
    {
        Finish();
        var through = Math.Max(after, command.Revision);
        return new(
            commits.ConvertAll(commit => commit.ToCommit()), head.Position with { Revision = through }, through < head.Position.Revision);
    }

    public void Dispose() => keyHash?.Dispose();

    private void AddKey(string key)
    {
        command = command with { Keys = command.Keys + 1 };
        if (command.Keys > Commit.MaxHashes)
        {
            return;
        }

        if (Encoding.UTF8.GetMaxByteCount(key.Length) > text.Length)
        {
            text = new byte[Encoding.UTF8.GetMaxByteCount(key.Length)];
        }

        keyHash ??= IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        keyHash.AppendData(text, 0, Encoding.UTF8.GetBytes(key, text));
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        keyHash.GetHashAndReset(hash);
        hashes.AddRange(hash[..Commit.HashBytes]);
    }

    // Adds the command to a commit of the same moment, method, agent and credential, if that has room for it.
    private void Finish()
    {
        if (current is null)
        {
            return;
        }

        if (commits.Count > 0 && commits[^1].Time != current.Time)
        {
            ofMoment.Clear();
        }

        var open = ofMoment.GetValueOrDefault(current.Origin);
        var fitting = open?.HasRoom(hashes.Count) == true ? open : current;
        if (fitting == current)
        {
            commits.Add(current);
            // After a command of many keys, which stands alone, the smaller ones go on with the commit before it.
            if (open?.HasMoreRoomBeside(hashes.Count) != true)
            {
                ofMoment[current.Origin] = current;
            }
        }

        fitting.Add(command, hashes);
        hashes.Clear();
        current = null;
    }

    private string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private sealed class Gathered(long time, string? actor, string? method, string? credential)
    {
        private readonly List<LoggedCommand> commands = [];
        private readonly List<byte> hashes = [];

        public long Time => time;

        public (string? Actor, string? Method, string? Credential) Origin => (actor, method, credential);

        public bool HasRoom(int hashBytes) =>
            commands.Count < Commit.MaxCommands && hashes.Count + hashBytes <= Commit.MaxHashes * Commit.HashBytes;

        public bool HasMoreRoomBeside(int hashBytes) => commands.Count < Commit.MaxCommands && hashes.Count < hashBytes;

        public void Add(LoggedCommand command, List<byte> itsHashes)
        {
            commands.Add(command);
            hashes.AddRange(itsHashes);
        }

        public Commit ToCommit() => new(
            StoredTime.FromMicroseconds(time),
            actor is null ? null : AgentName.Trusted(actor),
            method is null ? null : new(method, credential),
            commands,
            [.. hashes]);
    }
}
