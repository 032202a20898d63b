using System.Buffers.Binary;

namespace Syntha.Benchmarks.Load;

/// <summary>
/// One HTTP/2 connection with calls that answer streams of messages. A thread of its own reads, and reports every message. It decodes only
/// gRPC's framing, so that a thousand streams leave most processor time to the server.
/// </summary>
internal sealed class StreamConnection : IDisposable
{
    private readonly FrameSocket socket;
    private readonly MessageHandler received;
    private readonly PartialMessage[] partials;
    private readonly Thread reader;
    private volatile bool closing;
    private volatile Exception? failure;

    /// <param name="address">The server.</param>
    /// <param name="calls">The calls to open; all of them stay open.</param>
    /// <param name="received">Called by the connection's thread.</param>
    public StreamConnection(Uri address, IReadOnlyList<GrpcRequest> calls, MessageHandler received)
    {
        this.received = received;
        partials = [.. calls.Select(_ => new PartialMessage())];
        socket = new(address);
        var writer = new CallWriter(address.Authority);
        var output = new FrameBuffer();
        foreach (var call in calls)
        {
            writer.Write(output, call);
        }

        socket.Send(output);
        socket.BePatient();
        // Only the method that closes the connection waits for it.
        reader = new(Read) { IsBackground = true };
        reader.Start();
    }

    /// <summary>
    /// Takes a message: the number of its call, and its bytes without the framing. The bytes are valid until the delegate returns.
    /// </summary>
    public delegate void MessageHandler(int call, ReadOnlySpan<byte> message);

    /// <exception cref="BenchmarkException">The connection has failed, or a call has ended.</exception>
    public void ThrowIfFailed()
    {
        if (failure is { } reason)
        {
            throw new BenchmarkException($"A stream broke: {reason.Message}");
        }
    }

    public void Dispose()
    {
        closing = true;
        socket.Dispose();
        reader.Join();
    }

    private void Read()
    {
        try
        {
            while (!closing)
            {
                socket.Receive(Take);
            }
        }
        catch (Exception exception)
        {
            if (!closing)
            {
                failure = exception;
            }
        }
    }

    private void Take(Http2Frame frame)
    {
        if (CallEnd.IsIn(frame))
        {
            CallEnd.Confirm(frame);
            throw new BenchmarkException("The server ended a stream.");
        }

        if (frame.Type != FrameType.Data)
        {
            return;
        }

        var call = CallWriter.OrdinalOf(frame.StreamId);
        var partial = partials[call];
        var rest = frame.Payload;
        // Most messages come in one frame and need not be copied.
        if (!partial.IsEmpty)
        {
            rest = partial.Append(rest);
        }

        while (TryTakeMessage(ref rest, out var message))
        {
            received(call, message);
        }

        partial.Keep(rest);
    }

    private static bool TryTakeMessage(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> message)
    {
        message = default;
        if (rest.Length < GrpcRequest.FramingBytes)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(rest[1..]);
        if (rest.Length < GrpcRequest.FramingBytes + length)
        {
            return false;
        }

        message = rest.Slice(GrpcRequest.FramingBytes, length);
        rest = rest[(GrpcRequest.FramingBytes + length)..];
        return true;
    }

    /// <summary>The part of a message that has come so far.</summary>
    private sealed class PartialMessage
    {
        private byte[] bytes = [];
        private int length;

        public bool IsEmpty => length == 0;

        public ReadOnlySpan<byte> Append(ReadOnlySpan<byte> more)
        {
            if (length + more.Length > bytes.Length)
            {
                Array.Resize(ref bytes, Math.Max(bytes.Length * 2, length + more.Length));
            }

            more.CopyTo(bytes.AsSpan(length));
            length += more.Length;
            return bytes.AsSpan(0, length);
        }

        /// <summary>Keeps these bytes as the part. They may lie in the buffer of this part.</summary>
        public void Keep(ReadOnlySpan<byte> rest)
        {
            if (rest.Length > bytes.Length)
            {
                bytes = new byte[rest.Length];
            }

            rest.CopyTo(bytes);
            length = rest.Length;
        }
    }
}
