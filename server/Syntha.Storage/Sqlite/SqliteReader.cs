using Microsoft.Data.Sqlite;

namespace Syntha.Storage.Sqlite;

/// <summary>The connection that reads a user's file beside the writer, with the statements that stay prepared on it. For one thread at a time.</summary>
internal sealed class SqliteReader(SqliteConnection connection) : IDisposable
{
    public SqliteConnection Connection => connection;

    public PreparedStatements Statements { get; } = new(connection);

    public void Dispose()
    {
        Statements.Dispose();
        connection.Dispose();
    }
}
