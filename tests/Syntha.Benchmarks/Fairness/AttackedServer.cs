using Syntha.Benchmarks.Processes;

namespace Syntha.Benchmarks.Fairness;

/// <summary>
/// Our server as a process, with credentials, the bounds that it is shipped with, and the memory of a small container. It is new for each
/// attack, so that its memory tells of that attack.
/// </summary>
internal sealed class AttackedServer : IAsyncDisposable
{
    // 2 GiB, in the form that the runtime takes. Some bounds are shares of it.
    private static readonly KeyValuePair<string, string> HeapLimit = new("DOTNET_GCHeapHardLimit", "0x80000000");

    private readonly Database? database;

    private AttackedServer(ServerProcess process, OperatorKey key, Database? database) =>
        (Process, Key, this.database) = (process, key, database);

    public ServerProcess Process { get; }

    public OperatorKey Key { get; }

    /// <param name="run">The run.</param>
    /// <param name="onPostgres">Whether it keeps its users in PostgreSQL.</param>
    /// <param name="cancellationToken">Ends the wait for the start.</param>
    /// <param name="environment">Further variables of its environment.</param>
    public static async Task<AttackedServer> StartAsync(
        BenchmarkRun run, bool onPostgres, CancellationToken cancellationToken, params KeyValuePair<string, string>[] environment)
    {
        var database = onPostgres ? await Database.CreateAsync() : null;
        var key = new OperatorKey();
        var process = await Servers.StartShippedAsync(
            run.Probe,
            Servers.HealthCheck,
            [HeapLimit, .. environment],
            cancellationToken,
            [key.Setting, $"--Storage:DataPath={run.Scratch.NewPath("attacked")}", .. database?.Settings ?? []]);
        return new(process, key, database);
    }

    public Task<string> NewUserAsync(BenchmarkRun run, string userId, CancellationToken cancellationToken) =>
        Key.NewUserAsync(run.Probe, Process.Address, userId, cancellationToken);

    /// <summary>The processor time of the server and its database so far.</summary>
    public async Task<TimeSpan> ProcessorTimeAsync() =>
        ProcessorClock.Of(Process.Id) + (database is null ? TimeSpan.Zero : await database.ProcessorTimeAsync());

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
