using System.Text;

namespace Syntha.Benchmarks.Load;

/// <summary>Checks the trailers that end a call.</summary>
internal static class CallEnd
{
    private static ReadOnlySpan<byte> StatusOk => "grpc-status\u00010"u8;

    // The same as servers in Go write it: with the name in Huffman coding (RFC 7541, appendix B).
    private static ReadOnlySpan<byte> CodedStatusOk => [0x88, 0x9A, 0xCA, 0xC8, 0xB2, 0x12, 0x34, 0xDA, 0x8F, 0x01, (byte)'0'];

    public static bool IsIn(Http2Frame frame) => frame.Type == FrameType.Headers && (frame.Flags & FrameFlags.EndStream) != 0;

    /// <exception cref="BenchmarkException">The call ended with another status than 0.</exception>
    public static void Confirm(Http2Frame frame)
    {
        if (FailureIn(frame) is { } failure)
        {
            throw new BenchmarkException(failure);
        }
    }

    /// <summary>What the trailers say of a call that failed; null: its status is 0.</summary>
    public static string? FailureIn(Http2Frame frame) =>
        frame.Payload.IndexOf(StatusOk) >= 0 || frame.Payload.IndexOf(CodedStatusOk) >= 0
            ? null
            : $"A call of the load failed: {Encoding.Latin1.GetString(frame.Payload)}";
}
