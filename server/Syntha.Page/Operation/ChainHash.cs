using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf.WellKnownTypes;

namespace Syntha.Page.Operation;

/// <summary>Computes the hash of an entry of the audit trail, as the contract describes it at <c>AuditEvent.chain_hash</c>.</summary>
internal static class ChainHash
{
    /// <summary>The form that is known here.</summary>
    public const int Version = 1;

    /// <summary>The hash before the first entry of a chain.</summary>
    public static ReadOnlySpan<byte> Zero => new byte[SHA256.HashSizeInBytes];

    /// <param name="previous">The hash of the entry before.</param>
    /// <param name="entry">The entry. Its form is 1.</param>
    public static byte[] Of(ReadOnlySpan<byte> previous, AuditEvent entry)
    {
        var (write, calls, refusal, retention) = (entry.Write, entry.Calls, entry.Refusal, entry.Retention);
        var text = new ArrayBufferWriter<byte>(512);
        text.Write(previous);
        Write(text, entry.Node);
        Write(text, entry.Sequence);
        Write(text, Microseconds(entry.EventTime));
        Write(text, (long)entry.Outcome);
        Write(text, entry.UserId);
        Write(text, entry.CredentialId);
        if (entry.HasAgent)
        {
            Write(text, entry.Agent);
        }
        else
        {
            Write(text, -1);
        }

        Write(text, entry.Method);
        Write(text, refusal?.Reason ?? "");
        Write(text, write?.Calls ?? calls?.Calls ?? refusal?.Calls ?? retention?.RemovedEntries ?? 0);
        Write(text, write?.Bytes ?? calls?.Bytes ?? 0);
        Write(text, write?.Keys ?? 0);
        Write(text, retention?.LastChainHash.Length ?? write?.KeyHashes.Sum(hash => (long)hash.Length) ?? 0);
        foreach (var hash in retention is not null ? [retention.LastChainHash] : write?.KeyHashes.AsEnumerable() ?? [])
        {
            text.Write(hash.Span);
        }

        Write(text, write?.Position?.Epoch ?? "");
        Write(text, write?.Position?.Revision ?? retention?.LastSequence ?? 0);
        foreach (var command in write?.Commands.AsEnumerable() ?? [])
        {
            Write(text, command.Revision);
            Write(text, command.Bytes);
            Write(text, command.Keys);
        }

        return SHA256.HashData(text.WrittenSpan);
    }

    private static long Microseconds(Timestamp? time) => time is null ? 0 : (time.Seconds * 1_000_000) + (time.Nanos / 1_000);

    private static void Write(ArrayBufferWriter<byte> text, string value)
    {
        Write(text, (long)Encoding.UTF8.GetByteCount(value));
        Encoding.UTF8.GetBytes(value, text);
    }

    private static void Write(ArrayBufferWriter<byte> text, long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(text.GetSpan(sizeof(long)), number);
        text.Advance(sizeof(long));
    }
}
