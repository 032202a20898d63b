using System.Buffers.Binary;
using System.Text.Json;
using Syntha.Storage.Log;

namespace Syntha.Storage.Sqlite;

/// <summary>
/// Rows in the form in which SQLite takes many of them in one statement: a JSON array with an array of cells for each row, and beside it all
/// values in one run of bytes, out of which the rows cut theirs, so that a value is neither escaped nor parsed on its way.
/// </summary>
internal sealed class ChangeRows : IDisposable
{
    // A group can hold hundreds of commands of megabytes each; SQLite takes no more than a gigabyte at once, and memory is for others too.
    private const int MaxBytes = 8 << 20;

    private readonly PooledBuffer rows = new();
    private readonly PooledBuffer bytes = new();
    private readonly Utf8JsonWriter json;
    private int nulls;

    public ChangeRows() => json = new(rows, NameList.Relaxed);

    public int Count { get; private set; }

    /// <summary>Whether what was added should be written before more is added.</summary>
    public bool IsFull => rows.Length + json.BytesPending + bytes.Length >= MaxBytes;

    /// <summary>All values, one after the other.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes.Written;

    /// <summary>Completes the rows, as JSON. Nothing can be added until they are cleared.</summary>
    public ReadOnlyMemory<byte> Complete()
    {
        json.WriteEndArray();
        json.Flush();
        return rows.Written;
    }

    public void Clear()
    {
        rows.Clear();
        bytes.Clear();
        json.Reset();
        Count = 0;
    }

    public void Dispose()
    {
        json.Dispose();
        rows.Dispose();
        bytes.Dispose();
    }

    /// <summary>
    /// Adds one row's cells in the order in which <see cref="CommitStatements.InsertChanges"/> reads them. Cells that are mostly empty come
    /// last, because what is missing at the end of an array is NULL as well.
    /// </summary>
    public void Add(Change change, RequestRecord? request)
    {
        if (Count++ == 0)
            json.WriteStartArray();
        json.WriteStartArray();
        nulls = 0;
        Cell(new StoredPlace(change.Place).Value);
        Cell((long)change.Kind);
        Cell(StoredTime.ToMicroseconds(change.Time));
        Cell(change.Subject);
        Value(change.Item?.ValueJson ?? (change.Agent is { } agent ? StoredAgent.Write(agent) : null));
        Cell(change.Replaces is { } replaced ? new StoredPlace(replaced).Value : null);
        Routing(change.Item?.Readers);
        Cell(change.Actor?.Value);
        Routing(change.Before);
        Cell(change.Item?.ExpiresAt is { } expiry ? StoredTime.ToMicroseconds(expiry) : null);
        Cell(change.Item?.MetadataJson);
        if (request is not null)
            Request(request);
        json.WriteEndArray();
    }

    // Where the value begins, counted from 1 as SQL does, and how many bytes it has.
    private void Value(string? text)
    {
        Cell(text is null ? null : bytes.Length + 1);
        Cell(text is null ? null : bytes.Append(text));
    }

    private void Routing(Readers? readers)
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

    private void Cell(long? number)
    {
        if (number is null)
        {
            nulls++;
            return;
        }
        WriteNulls();
        json.WriteNumberValue(number.Value);
    }

    private void Cell(string? text)
    {
        if (text is null)
        {
            nulls++;
            return;
        }
        WriteNulls();
        json.WriteStringValue(text);
    }

    private void WriteNulls()
    {
        for (; nulls > 0; nulls--)
            json.WriteNullValue();
    }
}
