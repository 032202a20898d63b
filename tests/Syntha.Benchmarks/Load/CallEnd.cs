using System.Text;

namespace Syntha.Benchmarks.Load;

/// <summary>Checks the trailers that end a call.</summary>
internal static class CallEnd
{
    private static ReadOnlySpan<byte> StatusOk => "grpc-status\u00010"u8;

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
        frame.Payload.IndexOf(StatusOk) >= 0 ? null : $"A call of the load failed: {Encoding.Latin1.GetString(frame.Payload)}";
}
