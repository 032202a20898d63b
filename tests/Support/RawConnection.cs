using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Syntha.Tests.Support;

/// <summary>
/// A connection of HTTP/2 frames written by hand, for calls that no client would make: calls that never end, are reset at once, or are too
/// many. It obeys the server's windows. Calls may be begun and ended by several callers, each call's body is sent by one.
/// </summary>
internal sealed class RawConnection : IAsyncDisposable
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Reset = 3;
    private const byte Settings = 4;
    private const byte Ping = 6;
    private const byte GoAway = 7;
    private const byte WindowUpdate = 8;
    private const byte Acknowledged = 1;
    private const byte EndOfStream = 1;
    private const byte EndOfHeaders = 4;
    private const int MostInAFrame = 16_384;

    private readonly TcpClient client = new(AddressFamily.InterNetwork);
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly SemaphoreSlim widened = new(0);
    private readonly ConcurrentDictionary<int, Answer> answers = new();
    private readonly ConcurrentDictionary<int, long> windows = new();
    private readonly TaskCompletionSource<int?> closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource goingAway = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string authority;
    private readonly CancellationToken cancellationToken;
    private NetworkStream stream = null!;
    private long initialWindow = 65_535;
    private int lastStream = -1;

    private RawConnection(string authority, CancellationToken cancellationToken)
    {
        (this.authority, this.cancellationToken) = (authority, cancellationToken);
        windows[0] = 65_535;
    }

    /// <summary>The error that ended the connection; null: it was closed without one.</summary>
    public Task<int?> Closed => closed.Task;

    /// <summary>Completes when the server asks for an end of the connection.</summary>
    public Task GoingAway => goingAway.Task;

    /// <summary>Connects. The connection grants the server no more than the 64 KiB that every peer grants at first.</summary>
    /// <param name="server">The server.</param>
    /// <param name="cancellationToken">Ends the waits of all calls on the connection.</param>
    /// <param name="from">The address to connect from. Null: the machine's choice.</param>
    public static async Task<RawConnection> OpenAsync(Uri server, CancellationToken cancellationToken, IPAddress? from = null)
    {
        var connection = new RawConnection(server.Authority, cancellationToken);
        try
        {
            connection.client.Client.Bind(new IPEndPoint(from ?? IPAddress.Any, 0));
            await connection.client.ConnectAsync(server.Host, server.Port, cancellationToken);
            connection.stream = connection.client.GetStream();
            // Without a table of headers (the first setting) the server writes each answer's texts in full.
            await connection.WriteAsync([.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, [0, 1, 0, 0, 0, 0])]);
        }
        catch
        {
            connection.client.Dispose();
            throw;
        }
        _ = connection.ReadAsync();
        return connection;
    }

    /// <summary>Begins a call, and returns its number.</summary>
    public async Task<int> BeginAsync(string path, params (string Name, string Value)[] headers)
    {
        var begun = 0;
        await WriteAsync(() =>
        {
            begun = lastStream += 2;
            answers[begun] = new();
            windows.TryAdd(begun, initialWindow);
            return HeadersOf(begun, path, headers);
        });
        // The connection may have been closed between the last look at it and this call, and the system still takes the bytes. The reader
        // may have ended all answers before this one was there.
        if (closed.Task.IsCompleted)
        {
            answers[begun].End("");
        }

        return begun;
    }

    /// <summary>Begins a call and cancels it, in one write. False: the connection is closed.</summary>
    public async Task<bool> TryBeginAndResetAsync(string path, params (string Name, string Value)[] headers)
    {
        try
        {
            await WriteAsync(() =>
            {
                var id = lastStream += 2;
                return [.. HeadersOf(id, path, headers), .. Frame(Reset, 0, id, [0, 0, 0, 8])];
            });
            return !closed.Task.IsCompleted;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Sends bytes of a call's body, as fast as the server lets them come.</summary>
    public async Task SendAsync(int id, ReadOnlyMemory<byte> body, bool isEnd)
    {
        while (body.Length > 0)
        {
            var room = (int)Math.Min(Math.Min(windows[0], windows[id]), Math.Min(body.Length, MostInAFrame));
            if (room <= 0)
            {
                var answered = answers[id].Ended.Task;
                var wait = widened.WaitAsync(cancellationToken);
                if (await Task.WhenAny(wait, answered, closed.Task) != wait)
                {
                    return;
                }

                await wait;
                continue;
            }

            windows.AddOrUpdate(0, 0, (_, window) => window - room);
            windows.AddOrUpdate(id, 0, (_, window) => window - room);
            var isLast = isEnd && room == body.Length;
            await WriteAsync(Frame(Data, isLast ? EndOfStream : (byte)0, id, body[..room].ToArray()));
            body = body[room..];
        }
    }

    public Task ResetAsync(int id) => WriteAsync(Frame(Reset, 0, id, [0, 0, 0, 8]));

    /// <summary>The headers of a call's answer as text, when the answer has ended; empty: it was cut off.</summary>
    public async Task<string> AnswerAsync(int id) => await answers[id].Ended.Task.WaitAsync(cancellationToken);

    /// <summary>Completes when a call's answer has begun, as that of a stream does long before its end.</summary>
    public Task BegunAsync(int id) => answers[id].Begun.Task.WaitAsync(cancellationToken);

    /// <summary>Forgets a call that is over, for connections with very many of them.</summary>
    public void Forget(int id)
    {
        answers.TryRemove(id, out _);
        windows.TryRemove(id, out _);
    }

    /// <summary>A message in gRPC's frame.</summary>
    public static byte[] Framed(ReadOnlySpan<byte> message)
    {
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await closed.Task;
        writing.Dispose();
        widened.Dispose();
    }

    private byte[] HeadersOf(int id, string path, (string Name, string Value)[] headers)
    {
        using var block = new MemoryStream();
        foreach (var (name, value) in (IEnumerable<(string, string)>)
            [
                (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", authority),
                ("content-type", "application/grpc"), ("te", "trailers"), .. headers,
            ])
        {
            block.WriteByte(0);
            WriteText(block, Encoding.ASCII.GetBytes(name));
            WriteText(block, Encoding.ASCII.GetBytes(value));
        }
        return Frame(Headers, EndOfHeaders, id, block.ToArray());
    }

    private Task WriteAsync(byte[] bytes) => WriteAsync(() => bytes);

    // Calls must begin in the order of their numbers, so the bytes are made where nobody else writes.
    private async Task WriteAsync(Func<byte[]> bytes)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            await stream.WriteAsync(bytes(), cancellationToken);
        }
        finally
        {
            writing.Release();
        }
    }

    private async Task ReadAsync()
    {
        int? error = null;
        try
        {
            var head = new byte[9];
            while (true)
            {
                await stream.ReadExactlyAsync(head, CancellationToken.None);
                var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
                await stream.ReadExactlyAsync(payload, CancellationToken.None);
                var (type, flags, id) = (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)));
                if (type == GoAway)
                {
                    error = BinaryPrimitives.ReadInt32BigEndian(payload.AsSpan(4));
                    goingAway.TrySetResult();
                }
                else
                {
                    await TakeAsync(type, flags, id, payload);
                }
            }
        }
        catch (Exception over) when (over is IOException or ObjectDisposedException or OperationCanceledException)
        {
            goingAway.TrySetResult();
            closed.TrySetResult(error);
            foreach (var answer in answers.Values)
            {
                answer.End("");
            }
        }
    }

    private async Task TakeAsync(byte type, byte flags, int id, byte[] payload)
    {
        switch (type)
        {
            case Settings when (flags & Acknowledged) == 0:
                for (var at = 0; at + 6 <= payload.Length; at += 6)
                {
                    // SETTINGS_INITIAL_WINDOW_SIZE (RFC 9113, 6.5.2).
                    if (BinaryPrimitives.ReadUInt16BigEndian(payload.AsSpan(at)) == 4)
                    {
                        var wider = BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(at + 2));
                        foreach (var open in windows.Keys.Where(open => open != 0))
                        {
                            windows.AddOrUpdate(open, 0, (_, window) => window + wider - initialWindow);
                        }

                        initialWindow = wider;
                    }
                }
                widened.Release();
                await WriteAsync(Frame(Settings, Acknowledged, 0, []));
                break;
            case Ping when (flags & Acknowledged) == 0:
                await WriteAsync(Frame(Ping, Acknowledged, 0, payload));
                break;
            case WindowUpdate:
                windows.AddOrUpdate(id, 0, (_, window) => window + BinaryPrimitives.ReadUInt32BigEndian(payload));
                widened.Release();
                break;
            case Headers when answers.TryGetValue(id, out var answer):
                answer.Begun.TrySetResult();
                if ((flags & EndOfStream) != 0)
                {
                    answer.End(Encoding.Latin1.GetString(payload));
                }

                break;
            case Reset when answers.TryGetValue(id, out var reset):
                reset.End("");
                break;
        }
    }

    /// <summary>A frame of HTTP/2 (RFC 9113, 4.1).</summary>
    public static byte[] Frame(byte type, byte flags, int id, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        (frame[0], frame[1], frame[2]) = ((byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), id);
        payload.CopyTo(frame, 9);
        return frame;
    }

    /// <summary>Writes a text of a header: literal, not Huffman-coded; the length has a prefix of seven bits (RFC 7541, 5.1).</summary>
    public static void WriteText(MemoryStream block, byte[] text)
    {
        var rest = text.Length;
        block.WriteByte((byte)Math.Min(rest, 127));
        if (rest >= 127)
        {
            for (rest -= 127; rest >= 128; rest /= 128)
            {
                block.WriteByte((byte)((rest % 128) | 128));
            }

            block.WriteByte((byte)rest);
        }
        block.Write(text);
    }

    private sealed class Answer
    {
        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<string> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void End(string headers)
        {
            Begun.TrySetResult();
            Ended.TrySetResult(headers);
        }
    }
}
