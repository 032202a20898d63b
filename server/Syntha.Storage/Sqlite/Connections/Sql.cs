using System.Data;
using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Sqlite.Connections;

/// <summary>The one way in which statements reach SQLite. Calls block, as SQLite does, and therefore belong on file threads.</summary>
internal static class Sql
{
    // SQLite itself waits for a lock for as long as busy_timeout says; Microsoft.Data.Sqlite would go on for this many seconds, asleep.
    public const int TimeoutSeconds = 1;

    public const string BeginSnapshot = "BEGIN DEFERRED;";

    // Takes the write lock at once, so that a busy file is met here and not half-way.
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

    /// <summary>Reads as of one moment.</summary>
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
