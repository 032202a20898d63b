using Microsoft.Data.Sqlite;
using Syntha.Storage.Sqlite.Connections;

namespace Syntha.Storage.Sqlite.OneUser;

/// <summary>The connection that reads a file beside its writer, with its prepared statements. For one thread at a time.</summary>
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
