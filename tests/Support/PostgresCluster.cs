using System.Diagnostics;
using Npgsql;

namespace Syntha.Tests.Support;

/// <summary>
/// A PostgreSQL server that belongs to this test program. It runs on a free port, as an unprivileged user, with the durability of a real
/// one. It ends when the program ends or is killed, and its folder is removed then. Thread-safe.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    public const string Admin = "cluster_admin";
    public const string Password = "of this cluster only";

    // Checkpoints are rare. The server lives for minutes, and a checkpoint syncs everything that the tests have written, which only slows
    // them down. A standby looks for its primary again after 0.2 s. The default is 5 s, in which the primary commits nothing.
    // The script's standard input is a pipe from the test program. The pipe ends with the program, and the server ends with the pipe.
    private const string Script =
        """
        set -eu
        bin=$1 folder=$2 port=$3 admin=$4 primary=$5
        cd "$folder"
        if [ "$primary" = 0 ]; then
          "$bin/initdb" -D data -U "$admin" --pwfile=password --auth=scram-sha-256 -E UTF8 --locale=C
        else
          PGPASSWORD=$(cat password) "$bin/pg_basebackup" -D data -h 127.0.0.1 -p "$primary" -U "$admin" -R -c fast
        fi >init.log 2>&1 || { cat init.log; exit 1; }
        start() {
          "$bin/postgres" -D data -p "$port" -k "$folder" -c listen_addresses=127.0.0.1 -c fsync=on -c max_connections=200 \
            -c checkpoint_timeout=1h -c max_wal_size=4GB -c max_replication_slots=100 -c wal_retrieve_retry_interval=200ms \
            -c unix_socket_permissions=0777 -c logging_collector=off </dev/null 2>&1 &
          pid=$!
        }
        start
        # From here on, the server alone holds the output pipe. So the pipe ends when the server ends, for example because its port is
        # taken.
        exec >/dev/null 2>&1
        trap '' PIPE
        while read -r word; do
          case $word in
            promote) "$bin/pg_ctl" promote -D data >/dev/null ;;
            crash | fall)
              kill -QUIT "$pid"
              wait "$pid" || true
              [ "$word" = fall ] || start ;;
          esac
        done
        # SIGQUIT ends it at once. A clean stop writes everything to disk first, which takes a busy disk a minute and more, for nothing.
        kill -QUIT "$pid" 2>/dev/null || true
        wait "$pid" || true
        # In the background: the test program need not wait until some ten thousand files are gone.
        rm -rf "$folder" </dev/null >/dev/null 2>&1 &
        """;

    private static readonly Lazy<Task<PostgresCluster>> Started = new(() => StartAsync());

    private readonly Process process;
    private readonly NpgsqlDataSource admin;
    private int databases;

    private PostgresCluster(Process process, string folder, int port)
    {
        (this.process, Folder, Port) = (process, folder, port);
        admin = NpgsqlDataSource.Create(ConnectionString("postgres"));
    }

    /// <summary>The folder with its socket.</summary>
    public string Folder { get; }

    public int Port { get; }

    /// <summary>The cluster of this program. The first call starts it.</summary>
    public static Task<PostgresCluster> SharedAsync() => Started.Value;

    /// <summary>Stops the cluster of this program, if it was started. Called at the program's end.</summary>
    public static async ValueTask StopSharedAsync()
    {
        if (Started.IsValueCreated)
        {
            await (await Started.Value).DisposeAsync();
        }
    }

    public string ConnectionString(string database, string user = Admin, string password = Password) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Database = database,
        Username = user,
        Password = password,
    }.ConnectionString;

    /// <summary>Creates a database, and a login that owns it and is no superuser.</summary>
    /// <returns>The connection string of that login.</returns>
    public async Task<string> CreateDatabaseAsync(string rights = "")
    {
        var name = $"test_{Interlocked.Increment(ref databases)}";
        await ExecuteAsync($"CREATE ROLE {name} LOGIN PASSWORD '{Password}' {rights}");
        await ExecuteAsync($"CREATE DATABASE {name} OWNER {name}");
        return ConnectionString(name, name);
    }

    /// <summary>
    /// Moves a database to a new folder, for example on another disk. Call it while no client is connected to the database.
    /// </summary>
    public async Task MoveDatabaseAsync(string database, string folder)
    {
        Directory.CreateDirectory(folder);
        await Daemon.RunAsync("chown", $"--reference={Folder}", folder);
        await ExecuteAsync($"CREATE TABLESPACE {database} LOCATION '{folder}'");
        await ExecuteAsync($"ALTER DATABASE {database} SET TABLESPACE {database}");
    }

    /// <summary>Runs a statement as the superuser.</summary>
    public async Task<object?> ExecuteAsync(string sql, string? database = null)
    {
        if (database is null)
        {
            await using var command = admin.CreateCommand(sql);
            // A statement may wait for a checkpoint, and a checkpoint of a whole run takes a busy disk more than half a minute.
            command.CommandTimeout = 300;
            return await command.ExecuteScalarAsync();
        }
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=False");
        await connection.OpenAsync();
        await using var other = new NpgsqlCommand(sql, connection);
        return await other.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await admin.DisposeAsync();
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>
    /// Ends the server as a crash does, without a word to its clients, and starts it again, so that it recovers. Not for the shared
    /// cluster.
    /// </summary>
    public Task CrashAsync() => process.StandardInput.WriteLineAsync("crash");

    /// <summary>Ends the server as a crash does, and does not start it again.</summary>
    public Task FallAsync() => process.StandardInput.WriteLineAsync("fall");

    /// <summary>Makes this standby the primary.</summary>
    public Task PromoteAsync() => process.StandardInput.WriteLineAsync("promote");

    /// <summary>
    /// Starts a synchronous standby. From now on a commit waits for it, so that every acknowledged commit is on both servers.
    /// </summary>
    public async Task<PostgresCluster> StartStandbyAsync()
    {
        var standby = await StartAsync(Port);
        await ExecuteAsync("ALTER SYSTEM SET synchronous_standby_names = '*'");
        await ExecuteAsync("SELECT pg_reload_conf()");
        while (await ExecuteAsync("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") is 0L)
        {
        }
        return standby;
    }

    /// <summary>
    /// Starts a cluster for one test alone. It is a standby of the server on port <paramref name="primary"/>, unless that is 0.
    /// </summary>
    public static async Task<PostgresCluster> StartAsync(int primary = 0)
    {
        // Another program may take the port before the server does.
        for (var attempt = 1; ; attempt++)
        {
            var folder = Directory.CreateTempSubdirectory("syntha-pg-").FullName;
            await File.WriteAllTextAsync(Path.Combine(folder, "password"), Password);
            var port = Daemon.FindFreePort();
            var process = await Daemon.LaunchAsync(Script, folder, await FindBinariesAsync(), folder, $"{port}", Admin, $"{primary}");
            // A standby says "ready to accept read-only connections", which has the same beginning.
            if (await Daemon.SaysAsync(process, "database system is ready to accept") is not { } said)
            {
                return new(process, folder, port);
            }

            process.StandardInput.Close();
            if (attempt == 3)
            {
                throw new InvalidOperationException($"PostgreSQL did not start: {said}");
            }
        }
    }

    // Debian keeps the servers of several versions side by side, outside of PATH.
    private static async Task<string> FindBinariesAsync()
    {
        const string Debian = "/usr/lib/postgresql";
        var versions = Directory.Exists(Debian) ? Directory.GetDirectories(Debian) : [];
        return versions.Select(version => Path.Combine(version, "bin"))
            .Where(bin => File.Exists(Path.Combine(bin, "initdb")))
            .OrderDescending(StringComparer.Ordinal)
            .FirstOrDefault() ?? await Daemon.RunAsync("pg_config", "--bindir");
    }
}
