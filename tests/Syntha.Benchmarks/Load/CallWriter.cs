namespace Syntha.Benchmarks.Load;

/// <summary>Writes the calls of one connection, each on the next stream: 1, 3, 5, … Not thread-safe.</summary>
internal sealed class CallWriter(string authority)
{
    private readonly RequestHeaders headers = new(authority);
    private int calls;

    /// <summary>The ordinal, from 0, of the call on this stream.</summary>
    public static int OrdinalOf(int streamId) => streamId / 2;

    /// <summary>Writes the call with its one message, and returns its ordinal.</summary>
    public int Write(FrameBuffer output, GrpcRequest request)
    {
        var streamId = (calls * 2) + 1;
        var start = output.BeginFrame(FrameType.Headers, FrameFlags.EndHeaders, streamId);
        headers.Append(output, request);
        output.EndFrame(start);
        output.AppendFrame(FrameType.Data, FrameFlags.EndStream, streamId, request.Body);
        return calls++;
    }
}
