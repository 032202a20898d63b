using Grpc.Core;
using Grpc.Net.Client;

namespace Syntha.Client;

/// <summary>
/// The connections of streams. Calls have others, because a stream keeps its place on a connection as long as it lives, and a server
/// grants a connection a limited number of places. The channel is opened with the first stream. Thread-safe.
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

    internal bool IsDisposed
    {
        get
        {
            lock (gate)
            {
                return isDisposed;
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

        // Outside of the lock: this ends the streams, and their readers take the lock.
        channel?.Dispose();
    }
}
