using System.Text;

namespace Syntha.Benchmarks.Load;

/// <summary>
/// Writes the header block of a gRPC call (HPACK, RFC 7541). Repeated headers go through the dynamic table, as in h2load, so that both
/// clients cost the server the same. Each connection has one instance, and uses it in the order of sending. Not thread-safe.
/// </summary>
internal sealed class RequestHeaders(string authority)
{
    private const byte IndexedPost = 0x80 | 3;
    private const byte IndexedHttp = 0x80 | 6;
    private const byte InsertWithNewName = 0x40;
    private const byte InsertAuthority = 0x40 | 1;
    private const byte InsertPath = 0x40 | 4;
    private const byte InsertContentType = 0x40 | 31;

    // The size of the table before the server sets another one, and the size of an entry besides its text.
    private const int TableBytes = 4096;
    private const int EntryBytes = 32;
    private const int FirstDynamicIndex = 62;
    private const int LargestOneByteIndex = 126;

    private readonly Dictionary<string, int> ordinals = new(StringComparer.Ordinal);
    private int tableBytesUsed;

    public void Append(FrameBuffer output, GrpcRequest request)
    {
        output.Append(IndexedPost);
        output.Append(IndexedHttp);
        AppendField(output, InsertAuthority, ":authority", authority);
        AppendField(output, InsertPath, ":path", request.Path);
        AppendField(output, InsertContentType, "content-type", "application/grpc");
        AppendField(output, InsertWithNewName, "te", "trailers");
        if (request.UserId is { } userId)
        {
            AppendField(output, InsertWithNewName, "user-id", userId);
        }

        if (request.Authorization is { } authorization)
        {
            AppendField(output, InsertWithNewName, "authorization", authorization);
        }
    }

    private void AppendField(FrameBuffer output, byte insertion, string name, string value)
    {
        // Only the path, the user and the credential vary, and their texts cannot be equal: a path begins with a slash, and only a
        // credential has a blank.
        if (ordinals.TryGetValue(value, out var ordinal))
        {
            // The newest entry has the first index.
            output.Append((byte)(0x80 | (FirstDynamicIndex + ordinals.Count - 1 - ordinal)));
            return;
        }

        tableBytesUsed += EntryBytes + name.Length + value.Length;
        if (tableBytesUsed > TableBytes || FirstDynamicIndex + ordinals.Count > LargestOneByteIndex)
        {
            throw new BenchmarkException("Too many users on one connection of the load: use more connections.");
        }

        ordinals.Add(value, ordinals.Count);
        output.Append(insertion);
        if (insertion == InsertWithNewName)
        {
            AppendText(output, name);
        }

        AppendText(output, value);
    }

    private static void AppendText(FrameBuffer output, string text)
    {
        // Lengths below 127 are one byte, without Huffman coding.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(text.Length, 126);
        output.Append((byte)text.Length);
        output.Append(Encoding.ASCII.GetBytes(text));
    }
}
