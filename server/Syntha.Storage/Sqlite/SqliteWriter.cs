using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Syntha.Storage.Sqlite;

/// <summary>The connection through which a user's file is loaded and written, with what belongs to it. For one thread at a time.</summary>
internal sealed class SqliteWriter(SqliteConnection connection, long oldestRevision) : IDisposable
{
    public SqliteConnection Connection => connection;

    public PreparedStatements Statements { get; } = new(connection);

    /// <summary>Where the log begins. Nobody else moves it while this connection is open.</summary>
    public long OldestRevision => oldestRevision;

    public bool IsReadOnly { get; } = raw.sqlite3_db_readonly(connection.Handle, "main") != 0;

    public void Dispose()
    {
        Statements.Dispose();
        connection.Dispose();
    }
}
