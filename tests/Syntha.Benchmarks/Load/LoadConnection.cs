using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Syntha.Benchmarks.Load;

/// <summary>
/// One HTTP/2 connection that keeps a fixed number of calls in flight and looks at the <c>grpc-status</c> of every answer. It blocks: one
/// thread a connection, not thread-safe.
/// </summary>
internal sealed class LoadConnection : IDisposable
{
    // The window that every HTTP/2 peer grants at first; half of it is what Kestrel may hold back before it grants more.
    private const int SafeBytesInFlight = 65_535 / 2;
    private const int GrantAfterBytes = 1 << 28;
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    // A header table of 0 bytes, no push, a stream window of 1 GiB. Without a table the server spells out every trailer, so that a status
    // can be read without decoding HPACK.
    private static ReadOnlySpan<byte> Settings => [0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 4, 0x40, 0, 0, 0];

    private static ReadOnlySpan<byte> StatusOk => "grpc-status\u00010"u8;

    private readonly Socket socket;
    private readonly RequestHeaders headers;
    private readonly FrameBuffer output = new();
    private readonly byte[] input = new byte[256 * 1024];
    private readonly Dictionary<int, int> slots = [];
    private int inputLength;
    private int nextStreamId = 1;
    private int ungrantedBytes;
    private bool settled;

    public LoadConnection(Uri address)
    {
        headers = new(address.Authority);
        socket = new(SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)LongestSilence.TotalMilliseconds,
            SendTimeout = (int)LongestSilence.TotalMilliseconds,
        };
        socket.Connect(IPAddress.Loopback, address.Port);
        output.Append(Preface);
        output.AppendFrame(FrameType.Settings, FrameFlags.None, 0, Settings);
        Grant(int.MaxValue - 65_535);
        Flush();
        while (!settled)
            Receive(static _ => { });
    }

    public long Answers { get; private set; }

    public long AnswerBytes { get; private set; }

    /// <summary>Keeps that many calls in flight until there is no next one and all are answered.</summary>
    /// <param name="slotCount">How many calls are in flight.</param>
    /// <param name="next">Gives the next call of a slot; null: the load is over.</param>
    public void Run(int slotCount, Func<int, GrpcRequest?> next)
    {
        for (var slot = 0; slot < slotCount; slot++)
            Send(slot, slotCount, next);
        Flush();
        while (slots.Count > 0)
        {
            Receive(slot => Send(slot, slotCount, next));
            Flush();
        }
    }

    public void Dispose() => socket.Dispose();

    private void Send(int slot, int slotCount, Func<int, GrpcRequest?> next)
    {
        if (next(slot) is not { } request)
            return;
        if (request.Body.Length * slotCount > SafeBytesInFlight)
            throw new BenchmarkException("The bodies of this load need flow control, which its connection does not have.");
        var start = output.BeginFrame(FrameType.Headers, FrameFlags.EndHeaders, nextStreamId);
        headers.Append(output, request);
        output.EndFrame(start);
        output.AppendFrame(FrameType.Data, FrameFlags.EndStream, nextStreamId, request.Body);
        slots.Add(nextStreamId, slot);
        nextStreamId += 2;
    }

    private void Flush()
    {
        for (var rest = output.Written; rest.Length > 0;)
            rest = rest[socket.Send(rest)..];
        output.Clear();
    }

    private void Receive(Action<int> answered)
    {
        var count = socket.Receive(input.AsSpan(inputLength));
        if (count == 0)
            throw new BenchmarkException("The server closed a connection of the load.");
        inputLength += count;
        var read = 0;
        while (Http2Frame.TryRead(input.AsSpan(read, inputLength - read), out var frame))
        {
            Take(frame, answered);
            read += frame.TotalBytes;
        }

        input.AsSpan(read, inputLength - read).CopyTo(input);
        inputLength -= read;
    }

    private void Take(Http2Frame frame, Action<int> answered)
    {
        switch (frame.Type)
        {
            case FrameType.Data:
                AnswerBytes += frame.Payload.Length;
                ungrantedBytes += frame.Payload.Length;
                if (ungrantedBytes >= GrantAfterBytes)
                {
                    Grant(ungrantedBytes);
                    ungrantedBytes = 0;
                }

                break;
            case FrameType.Headers when (frame.Flags & FrameFlags.EndStream) != 0:
                if (frame.Payload.IndexOf(StatusOk) < 0)
                    throw new BenchmarkException($"A call of the load failed: {Encoding.Latin1.GetString(frame.Payload)}");
                Answers++;
                slots.Remove(frame.StreamId, out var slot);
                answered(slot);
                break;
            case FrameType.Settings when (frame.Flags & FrameFlags.Acknowledge) == 0:
                output.AppendFrame(FrameType.Settings, FrameFlags.Acknowledge, 0, []);
                break;
            case FrameType.Settings:
                settled = true;
                break;
            case FrameType.Ping when (frame.Flags & FrameFlags.Acknowledge) == 0:
                output.AppendFrame(FrameType.Ping, FrameFlags.Acknowledge, 0, frame.Payload);
                break;
            case FrameType.ResetStream or FrameType.GoAway or FrameType.Continuation:
                throw new BenchmarkException($"The server sent {frame.Type} on a connection of the load.");
        }
    }

    private void Grant(int bytes)
    {
        Span<byte> payload = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(payload, bytes);
        output.AppendFrame(FrameType.WindowUpdate, FrameFlags.None, 0, payload);
    }
}
