using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Syntha.Tests.Support;

namespace Syntha.Cost.Tests;

/// <summary>
/// Makes one call again and again over one connection, one at a time, or reads the stream that one call opens. It blocks its thread and
/// allocates nothing meanwhile, so that all that a program allocates is the server's. Not thread-safe.
/// </summary>
internal sealed class RepeatedCall : IDisposable
{
    private const int HeaderBytes = 9;
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte Ping = 6;
    private const byte WindowUpdate = 8;
    private const byte Acknowledged = 1;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(1);

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
        ReceiveTimeout = (int)LongestSilence.TotalMilliseconds,
    };

    private readonly byte[] call;
    private readonly int secondFrame;
    private readonly byte[] input = new byte[64 * 1024];
    private readonly byte[] reply = new byte[HeaderBytes + 8];
    private int filled;
    private int lastStream = -1;
    private int messages;
    private int ends;

    public RepeatedCall(Uri server, string method, IMessage message, params (string Name, string Value)[] headers)
    {
        using var block = new MemoryStream();
        foreach (var (name, value) in (IEnumerable<(string, string)>)
            [
                (":method", "POST"), (":scheme", "http"), (":path", $"/syntha.v1.{method}"), (":authority", server.Authority),
                ("content-type", "application/grpc"), ("te", "trailers"), .. headers,
            ])
        {
            block.WriteByte(0);
            RawConnection.WriteText(block, Encoding.ASCII.GetBytes(name));
            RawConnection.WriteText(block, Encoding.ASCII.GetBytes(value));
        }

        var first = RawConnection.Frame(Headers, EndHeaders, 0, block.ToArray());
        secondFrame = first.Length;
        call = [.. first, .. RawConnection.Frame(Data, EndStream, 0, RawConnection.Framed(message.ToByteArray()))];
        socket.Connect(IPAddress.Loopback, server.Port);
        // Without a table of headers the server writes each trailer in full. All windows are as wide as they can be.
        socket.Send(
        [
            .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8,
            .. RawConnection.Frame(Settings, 0, 0, [0, 1, 0, 0, 0, 0, 0, 4, 0x7F, 0xFF, 0xFF, 0xFF]),
            .. RawConnection.Frame(WindowUpdate, 0, 0, [0x7F, 0xFF, 0, 0]),
        ]);
    }

    private static ReadOnlySpan<byte> Ok => "grpc-status\u00010"u8;

    /// <summary>Makes the call so often. Each answer must have the status OK.</summary>
    public void Make(int times)
    {
        for (var made = 0; made < times; made++)
        {
            Begin();
            for (ends = 0; ends == 0;)
            {
                Receive();
            }
        }
    }

    /// <summary>Begins the call, and does not wait for its end.</summary>
    public void Begin()
    {
        lastStream += 2;
        BinaryPrimitives.WriteInt32BigEndian(call.AsSpan(5), lastStream);
        BinaryPrimitives.WriteInt32BigEndian(call.AsSpan(secondFrame + 5), lastStream);
        socket.Send(call);
    }

    /// <summary>Waits for the next message of the call.</summary>
    public void AwaitMessage()
    {
        while (messages == 0)
        {
            Receive();
        }

        messages--;
    }

    public void Dispose() => socket.Dispose();

    // Receives, and looks at the whole frames that are here.
    private void Receive()
    {
        var received = socket.Receive(input.AsSpan(filled));
        Assert.NotEqual(0, received);
        filled += received;
        var read = 0;
        while (filled - read >= HeaderBytes)
        {
            var frame = input.AsSpan(read, filled - read);
            var payload = (frame[0] << 16) | (frame[1] << 8) | frame[2];
            if (frame.Length < HeaderBytes + payload)
            {
                break;
            }

            Take(frame[3], frame[4], frame.Slice(HeaderBytes, payload));
            read += HeaderBytes + payload;
        }

        input.AsSpan(read, filled - read).CopyTo(input);
        filled -= read;
    }

    private void Take(byte type, byte flags, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case Settings or Ping when (flags & Acknowledged) == 0:
                Acknowledge(type, type == Ping ? payload : []);
                break;
            case Data when payload.Length > 0:
                // The messages of these tests are short. Each comes in one frame, with five bytes before it.
                Assert.Equal(payload.Length - 5, BinaryPrimitives.ReadInt32BigEndian(payload[1..]));
                messages++;
                break;
            case Headers when (flags & EndStream) != 0:
                Assert.True(payload.IndexOf(Ok) >= 0, "The call was not answered with OK.");
                ends++;
                break;
            default:
                // A call or the connection that is ended early would be waited for in vain.
                Assert.True(
                    type is Headers or Data or Settings or Ping or WindowUpdate, "The server has ended the call or the connection.");
                break;
        }
    }

    private void Acknowledge(byte type, ReadOnlySpan<byte> payload)
    {
        reply.AsSpan().Clear();
        (reply[2], reply[3], reply[4]) = ((byte)payload.Length, type, Acknowledged);
        payload.CopyTo(reply.AsSpan(HeaderBytes));
        socket.Send(reply.AsSpan(0, HeaderBytes + payload.Length));
    }
}
