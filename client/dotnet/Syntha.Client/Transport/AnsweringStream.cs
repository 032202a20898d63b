namespace Syntha.Client;

/// <summary>
/// The bytes of a new connection. When the server has said nothing within a time, the connection is closed, and its calls fail as those of
/// a connection that broke. A server of HTTP/2 speaks first of all of its settings. One that accepts connections and is then silent would
/// otherwise hold calls until their deadline.
/// </summary>
internal sealed class AnsweringStream : Stream
{
    // RFC 9113, sections 3.4 and 4.1: a server's first frame is SETTINGS, and the fourth byte of a frame is its type.
    private const int TypeAt = 3;
    private const byte Settings = 4;

    private readonly Stream connection;
    private readonly Action<bool> tellProtocol;
    private readonly Timer limit;
    private volatile bool hasAnswered;
    private volatile bool wasSilent;

    /// <param name="connection">The bytes, after TLS.</param>
    /// <param name="timeout">How long the server may say nothing.</param>
    /// <param name="tellProtocol">Is told with the first bytes whether the server speaks HTTP/2.</param>
    internal AnsweringStream(Stream connection, TimeSpan timeout, Action<bool> tellProtocol)
    {
        this.connection = connection;
        this.tellProtocol = tellProtocol;
        limit = new(GiveUp, state: null, timeout, Timeout.InfiniteTimeSpan);
    }

    public override bool CanRead => connection.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => connection.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        hasAnswered ? connection.ReadAsync(buffer, cancellationToken) : ReadFirstAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        connection.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        connection.WriteAsync(buffer, offset, count, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => connection.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => connection.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await limit.DisposeAsync().ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            limit.Dispose();
            connection.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadFirstAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            var count = await connection.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (count > 0)
            {
                hasAnswered = true;
                await limit.DisposeAsync().ConfigureAwait(false);
                tellProtocol(count <= TypeAt || buffer.Span[TypeAt] == Settings);
            }

            return count;
        }
        catch (Exception exception) when (wasSilent && exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            throw new IOException("The server accepted the connection, and then said nothing.", exception);
        }
    }

    private void GiveUp(object? state)
    {
        if (!hasAnswered)
        {
            wasSilent = true;
            connection.Dispose();
        }
    }
}
