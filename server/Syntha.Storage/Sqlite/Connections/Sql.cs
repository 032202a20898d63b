using System.Data;
using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Sqlite.Connections;

/// <summary>
/// Connections opens SQLite files, migrates them and runs statements; it uses Ground alone. All statements but the prepared ones pass
/// through this type. Its calls block, as SQLite does, so they belong on file threads.
/// </summary>
internal static class Sql
{
    // SQLite itself waits for a lock as long as busy_timeout says. After that, Microsoft.Data.Sqlite would go on for this many seconds,
    // asleep.
    public const int TimeoutSeconds = 1;

    public const string BeginSnapshot = "BEGIN DEFERRED;";

    // Takes the write lock at once. So a busy file fails here, and not in the middle.
    public const string Begin = "BEGIN IMMEDIATE;";

    public const string Commit = "COMMIT;";

    public const string Rollback = "ROLLBACK;";

    static Sql() => StatementCache.Share();

    public static int Run(SqliteConnection connection, string sql, object? parameters = null) =>
        connection.Execute(Command(sql, parameters));

    public static T? One<T>(SqliteConnection connection, string sql, object? parameters = null) =>
        connection.QuerySingleOrDefault<T>(Command(sql, parameters));

    public static IEnumerable<T> All<T>(SqliteConnection connection, string sql, object? parameters = null) =>
        connection.Query<T>(Command(sql, parameters));

    public static DbDataReader Read(SqliteConnection connection, string sql, object? parameters = null) =>
        (DbDataReader)connection.ExecuteReader(Command(sql, parameters));

    /// <summary>Reads a consistent state.</summary>
    public static T Snapshot<T>(SqliteConnection connection, Func<T> read)
    {
        Run(connection, BeginSnapshot);
        try
        {
            return read();
        }
        finally
        {
            Run(connection, Commit);
        }
    }

    private static CommandDefinition Command(string sql, object? parameters) =>
        new(sql, parameters, commandTimeout: TimeoutSeconds, commandType: CommandType.Text);
}
