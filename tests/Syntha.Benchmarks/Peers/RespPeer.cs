using System.Globalization;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Processes;

namespace Syntha.Benchmarks.Peers;

/// <summary>A peer that speaks the protocol of Redis. Each command in flight has a connection of its own.</summary>
internal sealed class RespPeer(ServerProcess server) : IPeer
{
    private const string Key = "item/1234567";

    public ServerProcess Server => server;

    /// <summary>Redis that syncs its append-only file before it answers a write. It makes no snapshots beside that file.</summary>
    public static Task<IPeer> StartRedisAsync(BenchmarkRun run, string dataFolder, CancellationToken cancellationToken) =>
        StartAsync(
            "redis-server",
            dataFolder,
            port =>
            [
                "--port", port, "--bind", "127.0.0.1", "--dir", dataFolder, "--save", "", "--appendonly", "yes", "--appendfsync", "always",
            ],
            cancellationToken);

    /// <summary>
    /// Garnet that answers a write when its log has been written. It writes past the cache of the system (O_DIRECT), but never syncs. So a
    /// power failure can lose what the disk still holds in its own cache. Its native access to files needs a newer C library than Debian 12
    /// has, so it uses the access of .NET. A connection waits for the log on a thread of the pool: with too few threads all writes stall.
    /// </summary>
    public static Task<IPeer> StartGarnetAsync(BenchmarkRun run, string dataFolder, CancellationToken cancellationToken) =>
        StartAsync(
            PeerKind.GarnetProgram,
            dataFolder,
            port =>
            [
                "--port", port, "--bind", "127.0.0.1", "--checkpointdir", dataFolder,
                "--aof", "--aof-commit-wait", "--device-type", "RandomAccess", "--minthreads", "200",
            ],
            cancellationToken);

    public Task ConfirmAsync(CancellationToken cancellationToken)
    {
        using var connection = new RespConnection(server.Address);
        return connection.Ask("SET", Key, BenchmarkValue.Json) == "OK" && connection.Ask("GET", Key) == BenchmarkValue.Json
            ? Task.CompletedTask
            : throw new BenchmarkException("A read does not answer the value that was written.");
    }

    public Task<LoadResult> GetAsync(LoadShape shape, int calls, CancellationToken cancellationToken) =>
        RedisBenchmark.RunAsync(server.Address, ["GET", Key], shape.InFlight, calls, cancellationToken);

    public Task<LoadResult> PutAsync(LoadShape shape, int calls, CancellationToken cancellationToken) =>
        RedisBenchmark.RunAsync(server.Address, ["SET", Key, BenchmarkValue.Json], shape.InFlight, calls, cancellationToken);

    public Task FillAsync(int items, int valueBytes, CancellationToken cancellationToken)
    {
        const int WritesPerCall = 1_000;
        using var connection = new RespConnection(server.Address);
        foreach (var numbers in Enumerable.Range(0, items).Chunk(WritesPerCall))
        {
            cancellationToken.ThrowIfCancellationRequested();
            connection.Ask([
                "MSET", .. numbers.SelectMany(number => (string[])[MeshCalls.Key(number), BenchmarkValue.Of(number, valueBytes)])]);
        }

        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static async Task<IPeer> StartAsync(
        string program, string dataFolder, Func<string, IReadOnlyList<string>> argumentsFor, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(dataFolder);
        return new RespPeer(await ServerProcess.StartAsync(
            AskAsync, program, (port, _) => argumentsFor(port.ToString(CultureInfo.InvariantCulture)), [], cancellationToken));

        static Task AskAsync(Uri address, CancellationToken cancellationToken)
        {
            using var connection = new RespConnection(address);
            connection.Ask("PING");
            return Task.CompletedTask;
        }
    }
}
