using System.Buffers.Binary;
using System.Text.Json;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;
using Syntha.Storage.Log;

namespace Syntha.Storage.Sqlite.Rows;

/// <summary>
/// Rows in the form in which one statement of SQLite takes many: a JSON array with an array of cells for each row, and all values beside it
/// in one run of bytes. Each row cuts its value out of that run. So a value is neither escaped nor parsed on its way. For one caller at a
/// time.
/// </summary>
internal sealed class ChangeRows : IDisposable
{
    // A group can hold hundreds of commands of megabytes each. SQLite takes at most a gigabyte at once, and others need memory too.
    private const int MaxBytes = 8 << 20;

    private readonly PooledBuffer rows = new();
    private readonly PooledBuffer bytes = new();
    private readonly Utf8JsonWriter json;
    private int nulls;

    private readonly StoreCipher? cipher;

    /// <param name="cipher">Null: items are written in plain.</param>
    public ChangeRows(StoreCipher? cipher) => (this.cipher, json) = (cipher, new(rows, NameList.Relaxed));

    public int Count { get; private set; }

    /// <summary>Whether the rows should be written before more are added.</summary>
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
    /// last, because SQLite reads NULL for the missing end of an array.
    /// </summary>
    /// <param name="change">The row.</param>
    /// <param name="command">The command, if this is its first row. Else null.</param>
    public void Add(Change change, CommittedCommand? command)
    {
        if (Count++ == 0)
        {
            json.WriteStartArray();
        }

        json.WriteStartArray();
        nulls = 0;
        Cell(new StoredPlace(change.Place).Value);
        Cell((long)change.Kind);
        Cell(StoredTime.ToMicroseconds(change.Time));
        Cell(change.Subject);
        var isSealed = cipher is not null && change.Item is not null;
        if (isSealed)
        {
            Sealed(new StoredPlace(change.Place).Value, change.Item!);
        }
        else
        {
            Value(ChangeSize.ValueOf(change));
        }

        Cell(change.Replaces is { } replaced ? new StoredPlace(replaced).Value : null);
        Routing(change.Item?.Readers);
        Cell(change.Actor?.Value);
        Routing(change.Before);
        Cell(change.Item?.ExpiresAt is { } expiry ? StoredTime.ToMicroseconds(expiry) : null);
        Cell(isSealed ? null : change.Item?.MetadataJson);
        if (command is not null)
        {
            Origin(command);
        }

        if (command?.Request is { } request)
        {
            Request(request);
        }

        json.WriteEndArray();
    }

    // The position of the value's first byte, counted from 1 as in SQL, and the number of its bytes.
    private void Value(string? text)
    {
        Cell(text is null ? null : bytes.Length + 1);
        Cell(text is null ? null : bytes.Append(text));
    }

    // Value and metadata, encrypted as one, in the place of the value.
    private void Sealed(long place, ContextItem item)
    {
        var size = StoreCipher.SizeOf(item.ValueJson, item.MetadataJson);
        Cell(bytes.Length + 1);
        Cell(size);
        cipher!.Seal(bytes.GetSpan(size)[..size], place, item.Key.Value, item.ValueJson, item.MetadataJson);
        bytes.Advance(size);
    }

    private void Routing(Readers? readers)
    {
        Cell(readers?.Author?.Value);
        Cell(readers is null ? null : NameList.Write(readers.Topics));
        Cell(readers is null ? null : NameList.Write(readers.Subscribers));
    }

    private void Origin(CommittedCommand command)
    {
        Cell(command.Origin?.Method);
        Cell(command.Origin?.Credential);
        Cell(command.ValueBytes);
    }

    private void Request(RequestRecord request)
    {
        Cell(bytes.Length + 1);
        request.Id.TryWriteBytes(bytes.GetSpan(16), bigEndian: true, out _);
        bytes.Advance(16);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.GetSpan(16), cipher?.SealHash(request.ContentHash, request.Id) ?? request.ContentHash);
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
        {
            json.WriteNullValue();
        }
    }
}
