using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using Syntha.Benchmarks.Load;

namespace Syntha.Benchmarks.Baselines.Postgres;

/// <summary>
/// Prepared statements with nothing above Npgsql, each in a transaction of its own. They insert a row with a 256-byte value, or read one by
/// its key.
/// </summary>
internal sealed class RawStatements : IAsyncDisposable
{
    private const int Rows = 100;
    private const string Insert = "INSERT INTO raw_log (value) VALUES ($1)";
    private const string Select = "SELECT value FROM raw_items WHERE key = $1";

    private readonly NpgsqlDataSource source;

    private RawStatements(NpgsqlDataSource source) => this.source = source;

    /// <param name="connectionString">The database. It creates tables of its own there.</param>
    /// <param name="poolSize">How many connections there are.</param>
    public static async Task<RawStatements> CreateAsync(string connectionString, int poolSize)
    {
        var address = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxPoolSize = poolSize,
            MaxAutoPrepare = 4,
            AutoPrepareMinUsages = 1,
        };
        var raw = new RawStatements(NpgsqlDataSource.Create(address));
        await using var making = raw.source.CreateCommand(
            """
            CREATE TABLE IF NOT EXISTS raw_log (place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, value text);
            CREATE TABLE IF NOT EXISTS raw_items (key integer PRIMARY KEY, value text);
            """);
        await making.ExecuteNonQueryAsync();
        await using var filling = raw.source.CreateCommand(
            $"INSERT INTO raw_items SELECT key, $1 FROM generate_series(0, {Rows - 1}) AS key ON CONFLICT DO NOTHING");
        filling.Parameters.Add(new() { Value = BenchmarkValue.Json, NpgsqlDbType = NpgsqlDbType.Text });
        await filling.ExecuteNonQueryAsync();
        return raw;
    }

    /// <summary>Commits for this long, with one caller for each connection. A commit counts as a call.</summary>
    public Task<LoadResult> InsertAsync(int connections, TimeSpan duration, CancellationToken cancellationToken) =>
        RunAsync(connections, duration, async _ =>
        {
            await using var command = source.CreateCommand(Insert);
            command.Parameters.Add(new() { Value = BenchmarkValue.Json });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }, cancellationToken);

    /// <summary>Reads for this long, with this many callers. Each caller takes a connection of the pool for each row.</summary>
    public Task<LoadResult> SelectAsync(int callers, TimeSpan duration, CancellationToken cancellationToken) =>
        RunAsync(callers, duration, async caller =>
        {
            await using var command = source.CreateCommand(Select);
            command.Parameters.Add(new() { Value = caller % Rows });
            if (await command.ExecuteScalarAsync(cancellationToken) is not string)
            {
                throw new BenchmarkException("A row is missing.");
            }
        }, cancellationToken);

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private static async Task<LoadResult> RunAsync(
        int callers, TimeSpan duration, Func<int, Task> callAsync, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(
            async () =>
            {
                var count = 0L;
                for (; Stopwatch.GetElapsedTime(began) < duration; count++)
                {
                    await callAsync(caller);
                }

                return count;
            },
            cancellationToken)));
        return new(counts.Sum() / Stopwatch.GetElapsedTime(began).TotalSeconds, counts.Sum(), AnswerBytes: 0);
    }
}
