using System.Buffers;
using System.Runtime.CompilerServices;

namespace Syntha.Mesh.Moving;

/// <summary>Reads pieces of any size as lines of bounded length.</summary>
internal static class ExportLines
{
    // Enough for a push of 3 MiB in which every second character needs an escape.
    private const int MaxLineBytes = 8 * 1024 * 1024;

    /// <exception cref="MeshException">EXPORT_INVALID: a line is longer than any line of an export.</exception>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        IAsyncEnumerable<ReadOnlyMemory<byte>> pieces, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var begun = new ArrayBufferWriter<byte>();
        await foreach (var piece in pieces.WithCancellation(cancellationToken))
        {
            var rest = piece;
            while (rest.Span.IndexOf((byte)'\n') is var end and >= 0)
            {
                Append(begun, rest[..(end + 1)]);
                yield return begun.WrittenMemory;
                begun.ResetWrittenCount();
                rest = rest[(end + 1)..];
            }
            Append(begun, rest);
        }
        if (begun.WrittenCount > 0)
        {
            yield return begun.WrittenMemory;
        }
    }

    private static void Append(ArrayBufferWriter<byte> line, ReadOnlyMemory<byte> bytes)
    {
        if (line.WrittenCount + (long)bytes.Length > MaxLineBytes)
        {
            throw new MeshException(ErrorReason.ExportInvalid, $"A line is longer than {MaxLineBytes} bytes.");
        }

        line.Write(bytes.Span);
    }
}
