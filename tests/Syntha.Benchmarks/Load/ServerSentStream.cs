using System.Net.Sockets;
using System.Text;

namespace Syntha.Benchmarks.Load;

/// <summary>
/// One open stream of the owner's view over HTTP. A thread of its own reads it and reports the key of each change. It looks for keys only,
/// as the readers of gRPC's streams decode little, so that most processor time is left to the server.
/// </summary>
internal sealed class ServerSentStream : IDisposable
{
    private const int BufferBytes = 1 << 20;
    private const string Begin = ",\"key\":\"";

    private readonly StreamTally tally = new();
    private readonly Socket socket;
    private readonly Thread reader;
    private readonly Action<string> received;
    private readonly byte[] buffer = new byte[BufferBytes];
    private int held;
    private volatile bool closing;
    private volatile Exception? failure;

    private ServerSentStream(Socket socket, Action<string> received)
    {
        (this.socket, this.received) = (socket, received);
        reader = new(Read) { IsBackground = true };
    }

    /// <summary>Opens the stream, and returns when it is established.</summary>
    public static ServerSentStream Open(Uri address, string userId, Action<string> received)
    {
        // A socket that has once been used asynchronously is never again read without a detour.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(address.Host, address.Port);
        socket.Send(Encoding.ASCII.GetBytes($"GET /v1/changes HTTP/1.1\r\nHost: {address.Authority}\r\nuser-id: {userId}\r\n\r\n"));
        var stream = new ServerSentStream(socket, received);
        while (!stream.Text.Contains("event: established", StringComparison.Ordinal))
        {
            var read = socket.Receive(stream.buffer.AsSpan(stream.held));
            stream.held += read > 0 ? read : throw new BenchmarkException($"The stream over HTTP ended: {stream.Text}");
        }

        stream.held = 0;
        stream.reader.Start();
        return stream;
    }

    /// <inheritdoc cref="StreamTally.WaitForChanges"/>
    /// <exception cref="BenchmarkException">The stream has ended.</exception>
    public Task WaitForChangesAsync(long count, CancellationToken cancellationToken) =>
        Task.Run(() => tally.WaitForChanges(count, ThrowIfFailed, cancellationToken), cancellationToken);

    public void Dispose()
    {
        closing = true;
        socket.Dispose();
        reader.Join();
        tally.Dispose();
    }

    private void ThrowIfFailed()
    {
        if (failure is { } reason)
        {
            throw new BenchmarkException($"The stream over HTTP broke: {reason.Message}");
        }
    }

    private string Text => Encoding.ASCII.GetString(buffer, 0, held);

    private void Read()
    {
        try
        {
            while (socket.Receive(buffer.AsSpan(held)) is var read and > 0)
            {
                held += read;
                var left = Take(buffer.AsSpan(0, held));
                buffer.AsSpan(held - left, left).CopyTo(buffer);
                held = left;
            }

            failure = new BenchmarkException("The server ended it.");
        }
        catch (SocketException exception)
        {
            if (!closing)
            {
                failure = exception;
            }
        }
    }

    // Reports the keys, and returns how many bytes at the end may be the beginning of one.
    private int Take(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> begin = Encoding.ASCII.GetBytes(Begin);
        while (text.IndexOf(begin) is var at and >= 0 && text[(at + begin.Length)..].IndexOf((byte)'"') is var length and >= 0)
        {
            received(Encoding.ASCII.GetString(text.Slice(at + begin.Length, length)));
            tally.Add(1, length);
            text = text[(at + begin.Length + length)..];
        }

        return Math.Min(text.Length, begin.Length + MeshCalls.Key(0).Length);
    }
}
