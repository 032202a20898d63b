using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Syntha.Storage.Options;

namespace Syntha.Server.Tests.Audit;

/// <summary>Opens the trail's store directly, without the server: locks it, reads it, changes it.</summary>
internal sealed class TrailLock(System.Data.Common.DbConnection connection) : IAsyncDisposable
{
    public static async Task<TrailLock> TakeAsync(TestServer server)
    {
        var connection = await OpenAsync(server);
        await ExecuteAsync(
            connection, TestStore.PrefersPostgres ? "BEGIN; LOCK TABLE syntha.audit_chains IN ACCESS EXCLUSIVE MODE;" : "BEGIN IMMEDIATE;");
        return new(connection);
    }

    public static async Task ChangeAsync(TestServer server, string sql)
    {
        await using var connection = await OpenAsync(server);
        if (TestStore.PrefersPostgres)
        {
            await ExecuteAsync(connection, "SET search_path TO syntha;");
        }

        await ExecuteAsync(connection, sql);
    }

    /// <summary>Everything that is stored, as text.</summary>
    public static string ReadAll(TestServer server)
    {
        if (!TestStore.PrefersPostgres)
        {
            return string.Concat(
                Directory.GetFiles(server.Folder, "audit.db*")
                    .Select(file => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file))));
        }

        using var connection = new NpgsqlConnection(
            server.Services.GetRequiredService<IOptions<StorageOptions>>().Value.Postgres.ConnectionString);
        connection.Open();
        using var command = new NpgsqlCommand("SELECT string_agg(audit::text, ' ') FROM syntha.audit", connection);
        return (string)command.ExecuteScalar()!;
    }

    public async ValueTask DisposeAsync()
    {
        await ExecuteAsync(connection, "ROLLBACK;");
        await connection.DisposeAsync();
    }

    private static async Task<System.Data.Common.DbConnection> OpenAsync(TestServer server)
    {
        System.Data.Common.DbConnection connection = TestStore.PrefersPostgres
            ? new NpgsqlConnection(server.Services.GetRequiredService<IOptions<StorageOptions>>().Value.Postgres.ConnectionString)
            : new SqliteConnection($"Data Source={Path.Combine(server.Folder, "audit.db")};Pooling=False");
        await connection.OpenAsync();
        return connection;
    }

    private static async Task ExecuteAsync(System.Data.Common.DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
