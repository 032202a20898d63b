using Grpc.Core;
using Grpc.Net.Client;

namespace Syntha.Client.Transport;

/// <summary>
/// The connections of streams: apart from those of calls, because a stream holds its place on a connection for as long as it lives, and
/// a server grants a connection a limited number of them. Opened when the first stream is. Thread-safe.
/// </summary>
internal sealed class StreamChannel(Func<GrpcChannel> open) : IDisposable
{
    private readonly Lock gate = new();
    private GrpcChannel? channel;
    private bool isDisposed;

    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    internal CallInvoker Invoker
    {
        get
        {
            lock (gate)
            {
                ObjectDisposedException.ThrowIf(isDisposed, typeof(SynthaClient));
                return (channel ??= open()).CreateCallInvoker();
            }
        }
    }

    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    internal void ThrowIfDisposed()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isDisposed, typeof(SynthaClient));
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
        }

        // Outside of the lock: it ends the streams, and their readers come by here.
        channel?.Dispose();
    }
}
