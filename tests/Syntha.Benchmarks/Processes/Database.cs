using Npgsql;
using Syntha.Tests.Support;

namespace Syntha.Benchmarks.Processes;

/// <summary>A database of one scenario, in a PostgreSQL that this program starts and removes.</summary>
internal sealed class Database
{
    private readonly PostgresCluster cluster;

    private Database(PostgresCluster cluster, string connectionString) => (this.cluster, ConnectionString) = (cluster, connectionString);

    public string ConnectionString { get; }

    private string Name => new NpgsqlConnectionStringBuilder(ConnectionString).Database!;

    public static async Task<Database> CreateAsync()
    {
        var cluster = await PostgresCluster.SharedAsync();
        return new(cluster, await cluster.CreateDatabaseAsync());
    }

    /// <summary>Starts a node of our server on it. The options are added to the usual ones.</summary>
    public Task<ServerProcess> StartNodeAsync(
        BenchmarkRun run, CancellationToken cancellationToken, params IReadOnlyList<string> options) =>
        run.StartSynthaAsync(
            run.Scratch.NewPath("node"),
            cancellationToken,
            [.. Settings, .. options]);

    /// <summary>The settings of a node on it.</summary>
    public IReadOnlyList<string> Settings =>
        ["--Storage:Engine=Postgres", $"--Storage:Postgres:ConnectionString={ConnectionString}"];

    /// <summary>The processor time that PostgreSQL has used so far, with the processes that have ended.</summary>
    public async Task<TimeSpan> ProcessorTimeAsync()
    {
        var backend = (int)(await cluster.ExecuteAsync("SELECT pg_backend_pid()"))!;
        return ProcessorClock.OfFamily(ProcessorClock.ParentOf(backend));
    }

    /// <summary>The memory of the processes that serve its connections, without the memory that they share.</summary>
    public async Task<long> BackendBytesAsync()
    {
        var ids = (int[])(await cluster.ExecuteAsync(
            $"SELECT array_agg(pid) FROM pg_stat_activity WHERE datname = '{Name}' AND pid <> pg_backend_pid()"))!;
        return ids.Sum(id => ProcessUsage.ReadPrivate(id));
    }
}
