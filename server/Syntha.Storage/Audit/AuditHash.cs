using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Audit;

/// <summary>
/// Chains entries. The hash of an entry is the SHA-256 of the previous hash and of everything that the entry says, written in one way only.
/// To change, remove or move an entry unnoticed, all later hashes have to be made again, up to a head that was published.
/// </summary>
public static class AuditHash
{
    public const int Bytes = 32;

    /// <summary>The form of the hash. It becomes 2 when an entry says more, and the hash then covers this number as well.</summary>
    public const int Version = 1;

    /// <summary>The hash before the first entry of a chain.</summary>
    public static byte[] Zero => new byte[Bytes];

    /// <summary>
    /// Numbers are 8 bytes, big-endian. Texts and hashes are their length, as such a number, and then their bytes in UTF-8. An absent agent
    /// has the length -1. The parts come in the order below. The commands of an entry that stands for several come last.
    /// </summary>
    public static byte[] Of(ReadOnlySpan<byte> previous, string chain, long sequence, AuditEntry entry)
    {
        var text = new ArrayBufferWriter<byte>(512);
        text.Write(previous);
        Write(text, chain);
        Write(text, sequence);
        Write(text, StoredTime.ToMicroseconds(entry.Time));
        Write(text, (long)entry.Outcome);
        Write(text, entry.User);
        Write(text, entry.Credential);
        if (entry.Agent is { } agent)
        {
            Write(text, agent);
        }
        else
        {
            Write(text, -1);
        }

        Write(text, entry.Method);
        Write(text, entry.Reason);
        Write(text, entry.Calls);
        Write(text, entry.Bytes);
        Write(text, entry.Keys);
        Write(text, entry.KeyHashes.Length);
        text.Write(entry.KeyHashes);
        Write(text, entry.Epoch);
        Write(text, entry.Revision);
        text.Write(CommandBytes.Of(entry.Commands));
        return SHA256.HashData(text.WrittenSpan);
    }

    private static void Write(ArrayBufferWriter<byte> text, string value)
    {
        Write(text, Encoding.UTF8.GetByteCount(value));
        Encoding.UTF8.GetBytes(value, text);
    }

    private static void Write(ArrayBufferWriter<byte> text, long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(text.GetSpan(sizeof(long)), number);
        text.Advance(sizeof(long));
    }
}
