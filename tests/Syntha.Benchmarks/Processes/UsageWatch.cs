namespace Syntha.Benchmarks.Processes;

/// <summary>Reads a server's memory and descriptors several times a second, and keeps the highest values. Thread-safe.</summary>
internal sealed class UsageWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly ServerProcess server;
    private readonly CancellationTokenSource stop = new();
    private readonly Task watching;

    public UsageWatch(ServerProcess server)
    {
        this.server = server;
        Highest = server.Usage;
        watching = WatchAsync();
    }

    public ProcessUsage Highest { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching;
        stop.Dispose();
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token))
            {
                var now = server.Usage;
                Highest = new(
                    Math.Max(Highest.ResidentBytes, now.ResidentBytes),
                    Math.Max(Highest.Descriptors, now.Descriptors));
            }
        }
        catch (OperationCanceledException)
        {
            // The watch was stopped.
        }
    }
}
