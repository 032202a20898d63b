using System.Data;
using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Syntha.Storage.Sqlite;

/// <summary>The one way in which statements reach SQLite. Calls block, as SQLite does, and therefore belong on file threads.</summary>
internal static class Sql
{
    // SQLite itself waits for a lock for as long as busy_timeout says; Microsoft.Data.Sqlite would go on for this many seconds, asleep.
    public const int TimeoutSeconds = 1;

    // Dapper's cache of statements is keyed by connection string as well: with a file per user it would hold every statement once per user.
    // All our connections have the same tables, so that one entry serves them all.
    static Sql() => SqlMapper.ConnectionStringComparer = EqualConnections.Instance;

    public static int Run(SqliteConnection connection, string sql, object? parameters = null) =>
        connection.Execute(Command(sql, parameters));

    public static T? One<T>(SqliteConnection connection, string sql, object? parameters = null) =>
        connection.QuerySingleOrDefault<T>(Command(sql, parameters));

    public static IEnumerable<T> All<T>(SqliteConnection connection, string sql, object? parameters = null) =>
        connection.Query<T>(Command(sql, parameters));

    public static DbDataReader Read(SqliteConnection connection, string sql, object? parameters = null) =>
        (DbDataReader)connection.ExecuteReader(Command(sql, parameters));

    private static CommandDefinition Command(string sql, object? parameters) =>
        new(sql, parameters, commandTimeout: TimeoutSeconds, commandType: CommandType.Text);

    private sealed class EqualConnections : IEqualityComparer<string>
    {
        public static EqualConnections Instance { get; } = new();

        public bool Equals(string? x, string? y) => true;

        public int GetHashCode(string obj) => 0;
    }
}
