using System.IO.Pipelines;
using Grpc.Core;

namespace Syntha.Server.Wire;

/// <summary>
/// Writes messages that have their gRPC frame already onto the body of the answer, past gRPC's own writer, which would serialise a message
/// object. It may be used after the first message of a stream, which gRPC sends with the headers. One task writes at a time.
/// </summary>
internal sealed class FrameWriter
{
    private readonly HttpContext http;

    private FrameWriter(HttpContext http) => this.http = http;

    /// <summary>The writer of a call's answer. Null: the call did not come by gRPC.</summary>
    public static FrameWriter? Find(HttpContext http) => http.Features.Get<OtherDoor>() is null ? new(http) : null;

    // Both are async, so that a writer that throws at once, because its reader has gone, fails the task and not the call. Where the pipe
    // has room, which is nearly always, the task completes at once and costs no allocation.
    public async Task WriteAsync(ChangesFrame frame)
    {
        var output = http.Response.BodyWriter;
        frame.WriteTo(output.GetSpan(frame.Bytes)[..frame.Bytes]);
        output.Advance(frame.Bytes);
        Demand(await output.FlushAsync(CancellationToken.None));
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> frame) =>
        Demand(await http.Response.BodyWriter.WriteAsync(frame, CancellationToken.None));

    /// <summary>
    /// The end of a call when its reader has gone. The call's own token may not be cancelled yet, and a cancellation without it would count
    /// as a fault of the server.
    /// </summary>
    public static RpcException ReaderGone() => new(new Status(StatusCode.Cancelled, "The reader has gone."));

    private static void Demand(FlushResult flushed)
    {
        if (flushed.IsCompleted)
        {
            throw ReaderGone();
        }
    }
}
