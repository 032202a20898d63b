using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Syntha.Client.Tests.RealServer;

/// <summary>
/// Stands before a real server and passes bytes on, until it cuts the connections. It does so when the test says so, or after as many bytes
/// of the server as the test allows to each connection. It cuts in the middle of a frame, and tells neither side. A connection that is
/// allowed less than none is silent, and stays open.
/// </summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, TcpClient> pairs = new();
    private readonly int port;
    private readonly Func<int> bytesPerConnection;
    private readonly Task accepting;
    private int connections;

    internal Relay(string target, Func<int>? bytesPerConnection = null)
    {
        port = new Uri(target).Port;
        this.bytesPerConnection = bytesPerConnection ?? (() => int.MaxValue);
        listener.Start();
        accepting = AcceptAsync();
    }

    internal string Address => $"http://{listener.LocalEndpoint}";

    internal int Connections => Volatile.Read(ref connections);

    internal void Cut()
    {
        foreach (var (near, far) in pairs)
        {
            Cut(near, far);
        }
    }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Cut();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var near = await listener.AcceptTcpClientAsync();
            var far = new TcpClient { NoDelay = true };
            near.NoDelay = true;
            await far.ConnectAsync(IPAddress.Loopback, port);
            pairs[near] = far;
            Interlocked.Increment(ref connections);
            _ = PassAsync(near, far);
        }
    }

    private async Task PassAsync(TcpClient near, TcpClient far)
    {
        try
        {
            var requests = PassAsync(near.GetStream(), far.GetStream(), int.MaxValue);
            var allowed = bytesPerConnection();
            await (allowed < 0 ? requests : Task.WhenAny(requests, PassAsync(far.GetStream(), near.GetStream(), allowed)));
        }
        finally
        {
            Cut(near, far);
        }
    }

    private static async Task PassAsync(NetworkStream from, NetworkStream to, int bytes)
    {
        try
        {
            var buffer = new byte[4096];
            while (bytes > 0 && await from.ReadAsync(buffer.AsMemory(0, Math.Min(bytes, buffer.Length))) is var count and > 0)
            {
                await to.WriteAsync(buffer.AsMemory(0, count));
                bytes -= count;
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The connection was cut.
        }
    }

    private void Cut(TcpClient near, TcpClient far)
    {
        pairs.TryRemove(near, out _);
        near.Dispose();
        far.Dispose();
    }
}
