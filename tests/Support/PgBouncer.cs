using System.Diagnostics;
using Npgsql;

namespace Syntha.Tests.Support;

/// <summary>
/// A PgBouncer of a test's own in transaction mode, in front of one database of a cluster: its clients share very few connections, so that
/// what one of them leaves behind meets another at once.
/// </summary>
public sealed class PgBouncer : IAsyncDisposable
{
    private const string Script =
        """
        set -eu
        cd "$1"
        "$2" bouncer.ini </dev/null 2>&1 &
        pid=$!
        # From here on it alone holds the pipe that it speaks through: when it ends, because its port was taken say, the pipe does.
        exec >/dev/null 2>&1
        trap '' PIPE
        cat >/dev/null || true
        kill -TERM "$pid" 2>/dev/null || true
        wait "$pid" || true
        rm -rf "$1"
        """;

    private readonly Process process;

    private PgBouncer(Process process, string connectionString) => (this.process, ConnectionString) = (process, connectionString);

    /// <summary>The way through it to the database that it stands in front of.</summary>
    public string ConnectionString { get; }

    /// <param name="connectionString">The direct way.</param>
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

    // Debian puts it where the path of an ordinary user may not lead.
    private static string FindBinary() => File.Exists("/usr/sbin/pgbouncer") ? "/usr/sbin/pgbouncer" : "pgbouncer";
}
