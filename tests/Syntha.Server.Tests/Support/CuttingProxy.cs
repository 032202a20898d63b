using System.Net;
using System.Net.Sockets;

namespace Syntha.Server.Tests.Support;

/// <summary>
/// Stands between a client and a server. Cuts each connection after a number of bytes from the server, at any point of a frame.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly Func<int> bytesUntilCut;
    private readonly Task accepting;
    private int cuts;

    /// <param name="target">The server.</param>
    /// <param name="bytesUntilCut">For each connection, how many of the server's bytes pass; negative: all of them.</param>
    public CuttingProxy(Uri target, Func<int> bytesUntilCut)
    {
        (Target, this.bytesUntilCut) = (target, bytesUntilCut);
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>The address that new connections lead to.</summary>
    public Uri Target { get; set; }

    /// <summary>How many connections were cut so far.</summary>
    public int Cuts => Volatile.Read(ref cuts);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(Target.Host, Target.Port, stopping.Token);
                using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
                await Task.WhenAny(
                    CopyAsync(client, server, -1, ended.Token),
                    CopyAsync(server, client, bytesUntilCut(), ended.Token));
                await ended.CancelAsync();
            }
            catch (Exception broken) when (broken is SocketException or OperationCanceledException)
            {
                // One side has gone, so close the other.
            }
            // Without lingering the other side sees a reset, as when a cable is pulled and another device answers instead.
            client.LingerState = new(enable: true, seconds: 0);
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, int limit, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        var left = limit < 0 ? long.MaxValue : limit;
        try
        {
            while (left > 0)
            {
                var read = await from.GetStream().ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken);
                if (read == 0)
                {
                    return;
                }

                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                left -= read;
            }
            Interlocked.Increment(ref cuts);
        }
        catch (Exception broken) when (
            broken is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The caller ends the other direction.
        }
    }
}
