using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Syntha.Storage.Log;

namespace Syntha.Storage.Sqlite;

/// <summary>
/// A group of commands in the form in which SQLite takes it in one statement: a JSON array with an array of cells for each row, and beside
/// it all values in one run of bytes, out of which the rows cut theirs, so that a value is neither escaped nor parsed on its way.
/// </summary>
internal sealed class ChangeGroup : IDisposable
{
    private readonly PooledBuffer rows = new();
    private readonly PooledBuffer bytes = new();
    private readonly List<long> held = [];
    private readonly List<long> replaced = [];
    private readonly List<long> forgotten = [];
    private readonly Dictionary<AgentName, AgentRecord> agents = [];
    private readonly long headRevision;
    private readonly long oldestRevision;

    /// <param name="commands">At least one, of revisions without a gap.</param>
    /// <param name="oldestRevision">A replaced row that lies below it is kept by nothing else any more.</param>
    public ChangeGroup(IReadOnlyList<CommittedCommand> commands, long oldestRevision)
    {
        this.oldestRevision = oldestRevision;
        headRevision = commands[0].Revision - 1;
        LastRevision = headRevision;
        using var writer = new Utf8JsonWriter(rows, NameList.Relaxed);
        var row = new RowWriter(writer, bytes);
        writer.WriteStartArray();
        foreach (var command in commands)
            Add(command, row);
        writer.WriteEndArray();
    }

    public int Count { get; private set; }

    public long HeadRevision => headRevision;

    public long LastRevision { get; private set; }

    public ReadOnlyMemory<byte> Rows => rows.Written;

    public ReadOnlyMemory<byte> Bytes => bytes.Written;

    /// <summary>Rows of this group that hold their subject when the group is done.</summary>
    public IReadOnlyCollection<long> Held => held;

    /// <summary>Rows of earlier groups that hold their subject no longer.</summary>
    public IReadOnlyCollection<long> Replaced => replaced;

    /// <summary>Those of the replaced rows that the log has let go already.</summary>
    public IReadOnlyCollection<long> Forgotten => forgotten;

    public IReadOnlyCollection<AgentRecord> Agents => agents.Values;

    public static string ToJson(IReadOnlyCollection<long> places) =>
        string.Create(CultureInfo.InvariantCulture, $"[{string.Join(',', places)}]");

    public void Dispose()
    {
        rows.Dispose();
        bytes.Dispose();
    }

    private void Add(CommittedCommand command, RowWriter row)
    {
        if (command.Revision != LastRevision + 1 || command.Changes.IsDefaultOrEmpty)
            throw new ArgumentException($"Command {command.Revision} after {LastRevision}, or without a change.", nameof(command));
        LastRevision = command.Revision;
        for (var index = 0; index < command.Changes.Length; index++)
        {
            var change = command.Changes[index];
            if (change.Place != new ChangePlace(command.Revision, index))
                throw new ArgumentException($"Change {change.Place} where {command.Revision}, {index} was due.", nameof(command));
            row.Write(change, index == 0 ? command.Request : null);
            Count++;
            Track(change);
        }
    }

    private void Track(Change change)
    {
        if (change.Replaces is { } earlier)
            Replace(new StoredPlace(earlier).Value, earlier.Revision);
        if (change.HoldsSubject)
            held.Add(new StoredPlace(change.Place).Value);
        if (change.Agent is { } agent)
            agents[agent.Name] = agent;
    }

    private void Replace(long place, long revision)
    {
        if (revision > headRevision)
        {
            held.RemoveAt(held.BinarySearch(place));
            return;
        }
        replaced.Add(place);
        if (revision < oldestRevision)
            forgotten.Add(place);
    }

    /// <summary>
    /// Writes one row's cells in the order in which <see cref="CommitStatements.InsertChanges"/> reads them. Cells that are mostly empty come
    /// last, because what is missing at the end of an array is NULL as well.
    /// </summary>
    private sealed class RowWriter(Utf8JsonWriter json, PooledBuffer bytes)
    {
        private int nulls;

        public void Write(Change change, RequestRecord? request)
        {
            json.WriteStartArray();
            nulls = 0;
            Cell(new StoredPlace(change.Place).Value);
            Cell((long)change.Kind);
            Cell(StoredTime.ToMicroseconds(change.Time));
            Cell(change.Subject);
            Bytes(change.Item?.ValueJson ?? (change.Agent is { } agent ? StoredAgent.Write(agent) : null));
            Cell(change.Replaces is { } replaced ? new StoredPlace(replaced).Value : null);
            Readers(change.Item?.Readers);
            Cell(change.Actor?.Value);
            Readers(change.Before);
            Cell(change.Item?.ExpiresAt is { } expiry ? StoredTime.ToMicroseconds(expiry) : null);
            Cell(change.Item?.MetadataJson);
            if (request is not null)
                Request(request);
            json.WriteEndArray();
        }

        private void Readers(Readers? readers)
        {
            Cell(readers?.Author?.Value);
            Cell(readers is null ? null : NameList.Write(readers.Topics));
            Cell(readers is null ? null : NameList.Write(readers.Subscribers));
        }

        private void Request(RequestRecord request)
        {
            Cell(bytes.Length + 1);
            request.Id.TryWriteBytes(bytes.GetSpan(16), bigEndian: true, out _);
            bytes.Advance(16);
            BinaryPrimitives.WriteUInt128BigEndian(bytes.GetSpan(16), request.ContentHash);
            bytes.Advance(16);
            Cell(request.Method);
            Cell(request.Caller?.Value);
            Cell(request.Answer);
        }

        // Where the bytes begin, counted from 1 as SQL does, and how many they are.
        private void Bytes(string? text)
        {
            Cell(text is null ? null : bytes.Length + 1);
            Cell(text is null ? null : bytes.Append(text));
        }

        private void Cell(long? number)
        {
            if (number is null)
            {
                nulls++;
                return;
            }
            Nulls();
            json.WriteNumberValue(number.Value);
        }

        private void Cell(string? text)
        {
            if (text is null)
            {
                nulls++;
                return;
            }
            Nulls();
            json.WriteStringValue(text);
        }

        private void Nulls()
        {
            for (; nulls > 0; nulls--)
                json.WriteNullValue();
        }
    }
}
