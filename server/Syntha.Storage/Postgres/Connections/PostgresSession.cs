using System.Data;
using System.Data.Common;
using Dapper;
using Npgsql;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Postgres.Connections;

/// <summary>
/// A connection on loan, and the one way in which statements reach PostgreSQL. Given back with whatever transaction is still open rolled
/// back. For one caller at a time.
/// </summary>
internal sealed class PostgresSession(NpgsqlConnection connection, int copy, int timeoutSeconds, Action giveBack) : IAsyncDisposable
{
    static PostgresSession() => StatementCache.Share();

    public Task<int> RunAsync(string sql, object? parameters, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command(sql, parameters, cancellationToken));

    public Task<int> RunAsync(UserText text, object? parameters, CancellationToken cancellationToken) =>
        RunAsync(text.Copy(copy), parameters, cancellationToken);

    /// <summary>All the results of a text of several statements, which make one round trip.</summary>
    public Task<DbDataReader> ReadAsync(string sql, object? parameters, CancellationToken cancellationToken) =>
        connection.ExecuteReaderAsync(Command(sql, parameters, cancellationToken));

    public Task<DbDataReader> ReadAsync(UserText text, object? parameters, CancellationToken cancellationToken) =>
        ReadAsync(text.Copy(copy), parameters, cancellationToken);

    public Task<T?> OneAsync<T>(string sql, object? parameters, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<T>(Command(sql, parameters, cancellationToken));

    public async Task<List<T>> AllAsync<T>(string sql, object? parameters, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<T>(Command(sql, parameters, cancellationToken))).AsList();

    public async ValueTask DisposeAsync()
    {
        try
        {
            await connection.DisposeAsync();
        }
        catch (Exception broken) when (broken is NpgsqlException or IOException)
        {
            // The roll-back did not get through, so that the pool drops the connection. What it was used for has ended before.
        }
        finally
        {
            giveBack();
        }
    }

    private CommandDefinition Command(string sql, object? parameters, CancellationToken cancellationToken) =>
        new(sql, parameters, commandTimeout: timeoutSeconds, commandType: CommandType.Text, cancellationToken: cancellationToken);
}
