using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Syntha.Tests.Support;

namespace Syntha.Server.Tests.Support;

/// <summary>
/// HTTP/2 frames written by hand, for header fields that no HTTP client would send: one that comes twice, or one that is not ASCII.
/// </summary>
internal static class RawHttp2
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Reset = 3;
    private const byte Settings = 4;
    private const byte Ping = 6;
    private const byte GoAway = 7;
    private const byte Acknowledged = 1;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;

    /// <summary>
    /// Makes one call and returns the received header frames as text; empty when the server ended the stream or connection.
    /// </summary>
    public static async Task<string> CallAsync(Uri server, string method, byte[] message, params (string Name, byte[] Value)[] headers)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();

        using var block = new MemoryStream();
        foreach (var (name, value) in (IEnumerable<(string, byte[])>)
            [
                (":method", Ascii("POST")), (":scheme", Ascii("http")), (":path", Ascii($"/syntha.v1.{method}")),
                (":authority", Ascii(server.Authority)),
                ("content-type", Ascii("application/grpc")), ("te", Ascii("trailers")), .. headers,
            ])
        {
            block.WriteByte(0);
            RawConnection.WriteText(block, Ascii(name));
            RawConnection.WriteText(block, value);
        }
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, message.Length);
        byte[] request =
        [
            .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8,
            .. RawConnection.Frame(Settings, 0, 0, []),
            .. RawConnection.Frame(Headers, EndHeaders, 1, block.ToArray()),
            .. RawConnection.Frame(Data, EndStream, 1, [0, .. length, .. message]),
        ];
        await stream.WriteAsync(request, TestContext.Current.CancellationToken);
        return await ReadAsync(stream);
    }

    /// <summary>
    /// Opens a connection without a call, answers that many of the server's PINGs and no more, and reads until the server ends it.
    /// </summary>
    /// <returns>
    /// How many calls the connection may have under way, how many PINGs came, and the error that ended it; null: no error was sent.
    /// </returns>
    public static async Task<(int? MaxCalls, int Pings, int? Error)> AnswerPingsAsync(Uri server, int answers)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(
            (byte[])[.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. RawConnection.Frame(Settings, 0, 0, [])],
            TestContext.Current.CancellationToken);
        var (maxCalls, pings) = ((int?)null, 0);
        try
        {
            while (true)
            {
                var (type, flags, payload) = await ReadFrameAsync(stream);
                if (type == Settings && (flags & Acknowledged) == 0)
                {
                    maxCalls = MaxCallsIn(payload);
                }

                if (type == Ping && (flags & Acknowledged) == 0 && pings++ < answers)
                {
                    await stream.WriteAsync(RawConnection.Frame(Ping, Acknowledged, 0, payload), TestContext.Current.CancellationToken);
                }

                if (type == GoAway)
                {
                    return (maxCalls, pings, BinaryPrimitives.ReadInt32BigEndian(payload.AsSpan(4)));
                }
            }
        }
        catch (IOException)
        {
            return (maxCalls, pings, null);
        }
    }

    // SETTINGS_MAX_CONCURRENT_STREAMS (RFC 9113, 6.5.2).
    private static int? MaxCallsIn(byte[] settings)
    {
        for (var at = 0; at + 6 <= settings.Length; at += 6)
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(settings.AsSpan(at)) == 3)
            {
                return BinaryPrimitives.ReadInt32BigEndian(settings.AsSpan(at + 2));
            }
        }
        return null;
    }

    private static async Task<(byte Type, byte Flags, byte[] Payload)> ReadFrameAsync(NetworkStream stream)
    {
        var header = new byte[9];
        await stream.ReadExactlyAsync(header, TestContext.Current.CancellationToken);
        var payload = new byte[(header[0] << 16) | (header[1] << 8) | header[2]];
        await stream.ReadExactlyAsync(payload, TestContext.Current.CancellationToken);
        return (header[3], header[4], payload);
    }

    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        var answer = new StringBuilder();
        try
        {
            while (true)
            {
                var (type, flags, payload) = await ReadFrameAsync(stream);
                if (type == Headers)
                {
                    answer.Append(Encoding.Latin1.GetString(payload));
                }

                if (type is Reset or GoAway || (type is Headers or Data && (flags & EndStream) != 0))
                {
                    return answer.ToString();
                }
            }
        }
        catch (IOException)
        {
            return answer.ToString();
        }
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
