using Microsoft.Data.Sqlite;
using SQLitePCL;
using Syntha.Storage.Encryption;
using Syntha.Storage.Log;
using Syntha.Storage.Sqlite.Connections;

namespace Syntha.Storage.Sqlite.Users;

/// <summary>The connection through which a user's file is loaded and written, with what belongs to it. For one thread at a time.</summary>
internal sealed class SqliteWriter(SqliteConnection connection, Position head, LogExtent log, DataKeys? keys) : IDisposable
{
    public SqliteConnection Connection => connection;

    public PreparedStatements Statements { get; } = new(connection);

    /// <summary>The head, likewise as of the last transaction that is durable.</summary>
    public Position Head { get; set; } = head;

    /// <summary>
    /// The log as of the last transaction that is durable; set by whoever commits the next one. Nobody else moves it while this connection
    /// is open.
    /// </summary>
    public LogExtent Log { get; set; } = log;

    /// <summary>Null: the store is not encrypted. Of the keys of when it was opened: who changes them closes this.</summary>
    public StoreCipher? Cipher { get; } = keys is null ? null : new(keys);

    public bool IsReadOnly { get; } = raw.sqlite3_db_readonly(connection.Handle, "main") != 0;

    public void Dispose()
    {
        Cipher?.Dispose();
        Statements.Dispose();
        connection.Dispose();
    }
}
