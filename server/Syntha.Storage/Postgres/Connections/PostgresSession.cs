using System.Data;
using System.Data.Common;
using Dapper;
using Npgsql;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Postgres.Connections;

/// <summary>
/// A rented connection, and the only way in which statements reach PostgreSQL. Its disposal returns it, and rolls back an open transaction.
/// For one caller at a time.
/// </summary>
internal sealed class PostgresSession(NpgsqlConnection connection, int copy, int timeoutSeconds, Action giveBack) : IAsyncDisposable
{
    private Action giveBack = giveBack;

    static PostgresSession() => StatementCache.Share();

    /// <summary>Does this too when it is returned.</summary>
    public PostgresSession Then(Action also)
    {
        giveBack += also;
        return this;
    }

    public Task<int> RunAsync(string sql, object? parameters, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command(sql, parameters, cancellationToken));

    public Task<int> RunAsync(PerUserStatement statement, bool isAsRole, object? parameters, CancellationToken cancellationToken) =>
        RunAsync(statement.Text(copy, isAsRole), parameters, cancellationToken);

    /// <summary>Returns all the results of a text of several statements. The text makes one round trip.</summary>
    public Task<DbDataReader> ReadAsync(string sql, object? parameters, CancellationToken cancellationToken) =>
        connection.ExecuteReaderAsync(Command(sql, parameters, cancellationToken));

    public Task<DbDataReader> ReadAsync(
        PerUserStatement statement, bool isAsRole, object? parameters, CancellationToken cancellationToken) =>
        ReadAsync(statement.Text(copy, isAsRole), parameters, cancellationToken);

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
            // The roll-back failed, so the pool drops the connection. The caller's work has ended before.
        }
        finally
        {
            giveBack();
        }
    }

    private CommandDefinition Command(string sql, object? parameters, CancellationToken cancellationToken) =>
        new(sql, parameters, commandTimeout: timeoutSeconds, commandType: CommandType.Text, cancellationToken: cancellationToken);
}
