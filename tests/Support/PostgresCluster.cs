using System.Diagnostics;
using Npgsql;

namespace Syntha.Tests.Support;

/// <summary>
/// A PostgreSQL server of this test program's own: in a folder that is removed with it, on a free port, as an unprivileged user, as durable
/// as a real one. It ends when the program does, also when that is killed. Thread-safe.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    public const string Admin = "cluster_admin";
    public const string Password = "of this cluster only";

    // It lives for minutes: checkpoints, of which each syncs all that the tests have made, could only slow them down. A standby looks for its
    // primary again after a moment, not after five seconds in which that commits nothing.
    // Its standard input is a pipe from the test program: when that ends, in whichever way, the pipe does, and with it the server.
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
        # From here on the server alone holds the pipe that it speaks through: when it ends, because its port was taken say, the pipe does.
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
        # At once, without writing out what is removed next: that takes a busy disk a minute and more.
        kill -QUIT "$pid" 2>/dev/null || true
        wait "$pid" || true
        # Nobody needs to wait until some ten thousand files are gone.
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

    /// <summary>The one of this program, started by whoever asks first.</summary>
    public static Task<PostgresCluster> SharedAsync() => Started.Value;

    /// <summary>To be called when the program is done.</summary>
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

    /// <summary>A database of the caller's own, with a login that owns it and is no superuser.</summary>
    /// <returns>How the login reaches it.</returns>
    public async Task<string> CreateDatabaseAsync(string rights = "")
    {
        var name = $"test_{Interlocked.Increment(ref databases)}";
        await ExecuteAsync($"CREATE ROLE {name} LOGIN PASSWORD '{Password}' {rights}");
        await ExecuteAsync($"CREATE DATABASE {name} OWNER {name}");
        return ConnectionString(name, name);
    }

    /// <summary>To a folder that is made for it, such as one on another disk. While nobody is connected to the database.</summary>
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
            // A checkpoint of all that a run has written takes a busy disk more than half a minute.
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
    /// Ends it as a crash would, with no word to its clients, and has it start again and recover. For a cluster of the caller's own.
    /// </summary>
    public Task CrashAsync() => process.StandardInput.WriteLineAsync("crash");

    /// <summary>Likewise, and it does not come back.</summary>
    public Task FallAsync() => process.StandardInput.WriteLineAsync("fall");

    /// <summary>Makes a standby the one that is written to.</summary>
    public Task PromoteAsync() => process.StandardInput.WriteLineAsync("promote");

    /// <summary>A standby, without which this one commits nothing from now on: what was acknowledged is in both.</summary>
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

    /// <summary>One that no other test knows; a standby of the one at that port, unless it is 0.</summary>
    public static async Task<PostgresCluster> StartAsync(int primary = 0)
    {
        // Another program may take the port before the server does.
        for (var attempt = 1; ; attempt++)
        {
            var folder = Directory.CreateTempSubdirectory("syntha-pg-").FullName;
            await File.WriteAllTextAsync(Path.Combine(folder, "password"), Password);
            var port = Daemon.FindFreePort();
            var process = await Daemon.LaunchAsync(Script, folder, await FindBinariesAsync(), folder, $"{port}", Admin, $"{primary}");
            // A standby says that it is ready for read-only connections.
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

    // Debian keeps servers of several versions side by side, outside of the path.
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
