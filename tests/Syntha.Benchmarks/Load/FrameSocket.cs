using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Syntha.Benchmarks.Load;

/// <summary>
/// A minimal HTTP/2 connection. It sends frames, reports the frames of calls, and answers the frames that concern the connection alone. It
/// blocks. One thread receives, any thread sends.
/// </summary>
internal sealed class FrameSocket : IDisposable
{
    private const int FirstWindowBytes = 65_535;
    private const int GrantAfterBytes = 1 << 28;
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    private readonly Socket socket;
    private readonly Lock sending = new();
    private readonly FrameBuffer replies = new();
    private readonly byte[] input = new byte[256 * 1024];
    private int inputLength;
    private int ungrantedBytes;
    private bool settled;

    /// <param name="address">The server.</param>
    /// <param name="grantsWindows">
    /// Whether the server may send without limit. If not, it may send the 64 KiB that every HTTP/2 peer grants at first, and never more.
    /// </param>
    public FrameSocket(Uri address, bool grantsWindows = true)
    {
        socket = new(SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)LongestSilence.TotalMilliseconds,
            SendTimeout = (int)LongestSilence.TotalMilliseconds,
        };
        socket.Connect(IPAddress.Loopback, address.Port);
        replies.Append(Preface);
        replies.AppendFrame(FrameType.Settings, FrameFlags.None, 0, grantsWindows ? Settings : Settings[..SettingsWithoutWindowBytes]);
        if (grantsWindows)
        {
            Grant(int.MaxValue - FirstWindowBytes);
        }

        Send(replies);
        while (!settled)
        {
            Receive(static _ => { });
        }
    }

    public delegate void FrameHandler(Http2Frame frame);

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    // A header table of 0 bytes, no push, a stream window of 1 GiB. Without a table the server writes every trailer in full, so a status
    // can be read without decoding HPACK.
    private static ReadOnlySpan<byte> Settings => [0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 4, 0x40, 0, 0, 0];

    private static int SettingsWithoutWindowBytes => 12;

    /// <summary>Sends whole frames, and empties the buffer.</summary>
    public void Send(FrameBuffer frames)
    {
        lock (sending)
        {
            for (var rest = frames.Written; rest.Length > 0;)
            {
                rest = rest[socket.Send(rest)..];
            }
        }

        frames.Clear();
    }

    /// <summary>Waits for bytes, and reports the frames of calls among them: data and headers.</summary>
    /// <exception cref="BenchmarkException">The server ended a call or the connection early.</exception>
    public void Receive(FrameHandler received)
    {
        var count = socket.Receive(input.AsSpan(inputLength));
        if (count == 0)
        {
            throw new BenchmarkException("The server closed a connection of the load.");
        }

        inputLength += count;
        var read = 0;
        while (Http2Frame.TryRead(input.AsSpan(read, inputLength - read), out var frame))
        {
            Take(frame, received);
            read += frame.TotalBytes;
        }

        input.AsSpan(read, inputLength - read).CopyTo(input);
        inputLength -= read;
        Send(replies);
    }

    /// <summary>From now on a receive waits without limit, because a stream may be silent for long.</summary>
    public void BePatient() => socket.ReceiveTimeout = 0;

    /// <summary>Closes the connection. A waiting receive ends.</summary>
    public void Dispose() => socket.Dispose();

    private void Take(Http2Frame frame, FrameHandler received)
    {
        switch (frame.Type)
        {
            case FrameType.Data:
                ungrantedBytes += frame.Payload.Length;
                if (ungrantedBytes >= GrantAfterBytes)
                {
                    Grant(ungrantedBytes);
                    ungrantedBytes = 0;
                }

                received(frame);
                break;
            case FrameType.Headers:
                received(frame);
                break;
            case FrameType.Settings when (frame.Flags & FrameFlags.Acknowledge) == 0:
                replies.AppendFrame(FrameType.Settings, FrameFlags.Acknowledge, 0, []);
                break;
            case FrameType.Settings:
                settled = true;
                break;
            case FrameType.Ping when (frame.Flags & FrameFlags.Acknowledge) == 0:
                replies.AppendFrame(FrameType.Ping, FrameFlags.Acknowledge, 0, frame.Payload);
                break;
            case FrameType.ResetStream or FrameType.GoAway or FrameType.Continuation:
                throw new BenchmarkException($"The server sent {frame.Type} on a connection of the load.");
        }
    }

    private void Grant(int bytes)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, bytes);
        replies.AppendFrame(FrameType.WindowUpdate, FrameFlags.None, 0, payload);
    }
}
