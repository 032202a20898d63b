using System.Diagnostics;
using Npgsql;

namespace Syntha.Tests.Support;

/// <summary>
/// A PgBouncer of one test, in transaction mode, in front of one database of a cluster. Its clients share very few connections, so a
/// setting that one client leaves behind on a connection meets another client at once.
/// </summary>
public sealed class PgBouncer : IAsyncDisposable
{
    private const string Script =
        """
        set -eu
        cd "$1"
        "$2" bouncer.ini </dev/null 2>&1 &
        pid=$!
        # From here on, PgBouncer alone holds the output pipe. So the pipe ends when PgBouncer ends, for example because its port is taken.
        exec >/dev/null 2>&1
        trap '' PIPE
        cat >/dev/null || true
        kill -TERM "$pid" 2>/dev/null || true
        wait "$pid" || true
        rm -rf "$1"
        """;

    private readonly Process process;

    private PgBouncer(Process process, string connectionString) => (this.process, ConnectionString) = (process, connectionString);

    /// <summary>Reaches the database through PgBouncer.</summary>
    public string ConnectionString { get; }

    /// <param name="connectionString">Reaches the database directly.</param>
    /// <param name="poolSize">How many connections to the database all its clients share.</param>
    public static async Task<PgBouncer> StartAsync(string connectionString, int poolSize)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        for (var attempt = 1; ; attempt++)
        {
            var folder = Directory.CreateTempSubdirectory("syntha-bouncer-").FullName;
            var port = Daemon.FindFreePort();
            await File.WriteAllTextAsync(Path.Combine(folder, "users"), $"\"{target.Username}\" \"{target.Password}\"\n");
            await File.WriteAllTextAsync(
                Path.Combine(folder, "bouncer.ini"),
                $"""
                [databases]
                * = host={target.Host} port={target.Port}
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = {port}
                unix_socket_dir =
                auth_type = scram-sha-256
                auth_file = users
                pool_mode = transaction
                default_pool_size = {poolSize}
                max_client_conn = 500
                """);
            var process = await Daemon.LaunchAsync(Script, folder, folder, FindBinary());
            if (await Daemon.SaysAsync(process, "process up") is not { } said)
            {
                target.Port = port;
                return new(process, target.ConnectionString);
            }
            process.StandardInput.Close();
            if (attempt == 3)
            {
                throw new InvalidOperationException($"PgBouncer did not start: {said}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    // Debian puts it into a folder that may be missing in an ordinary user's PATH.
    private static string FindBinary() => File.Exists("/usr/sbin/pgbouncer") ? "/usr/sbin/pgbouncer" : "pgbouncer";
}
