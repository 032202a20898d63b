using Microsoft.Extensions.Logging;
using Npgsql;
using Syntha.Storage.Names;
using Syntha.Storage.Options;
using Syntha.Storage.Postgres;
using Syntha.Storage.Postgres.Schema;
using Syntha.Tests.Support;

namespace Syntha.Storage.Tests.Support;

/// <summary>A database of the test's own, and server nodes on it.</summary>
internal sealed class PostgresNodes : IAsyncDisposable
{
    private readonly List<PostgresStores> nodes = [];

    private PostgresNodes(PostgresCluster cluster, string connectionString)
    {
        (Cluster, ConnectionString) = (cluster, connectionString);
        Options = Patient with { ConnectionString = connectionString, PoolSize = 4, PollInterval = TimeSpan.FromMinutes(1) };
    }

    /// <summary>Times that a busy machine does not exceed. A test about one of these times sets its own.</summary>
    public static PostgresOptions Patient { get; } = new()
    {
        MaxWait = TimeSpan.FromMinutes(1),
        LockTimeout = TimeSpan.FromMinutes(1),
        TurnTimeout = TimeSpan.FromMinutes(1),
        CommandTimeout = TimeSpan.FromMinutes(2),
    };

    public PostgresCluster Cluster { get; }

    public string ConnectionString { get; }

    public string Database => new NpgsqlConnectionStringBuilder(ConnectionString).Database!;

    public PostgresOptions Options { get; set; }

    public PostgresMigrations Steps { get; set; } = PostgresMigrations.Embedded;

    public static async Task<PostgresNodes> CreateAsync(string rights = "")
    {
        var cluster = await PostgresCluster.SharedAsync();
        return new(cluster, await cluster.CreateDatabaseAsync(rights));
    }

    public PostgresStores Start(TimeProvider? time = null, ILoggerFactory? logs = null)
    {
        var node = new PostgresStores(Options, time ?? TimeProvider.System, logs ?? NullLoggerFactory.Instance, Steps, clock: null);
        nodes.Add(node);
        return node;
    }

    public static string SchemaOf(UserId user) => $"\"user_{StoreName.Of(user).Value}\"";

    /// <summary>Runs SQL as the superuser, in the test's database.</summary>
    public Task<object?> ExecuteAsync(string sql) => Cluster.ExecuteAsync(sql, Database);

    /// <summary>An open connection of the superuser, for work that lasts longer than a statement.</summary>
    public Task<NpgsqlConnection> ConnectAsync() => OpenAsync(Cluster.ConnectionString(Database));

    public static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>
    /// Waits until so many statements in the database wait for a lock. Only the database knows this, so it is asked again and again.
    /// </summary>
    public async Task AwaitBlockedAsync(int count = 1)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", connection);
        while ((long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))! < count)
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }
}
