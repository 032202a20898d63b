using Microsoft.Data.Sqlite;
using SQLitePCL;
using Syntha.Storage.Encryption;
using Syntha.Storage.Log;
using Syntha.Storage.Sqlite.Connections;

namespace Syntha.Storage.Sqlite.OneUser;

/// <summary>The connection that loads and writes a user's file, with what belongs to it. For one thread at a time.</summary>
internal sealed class SqliteWriter(SqliteConnection connection, Position head, LogExtent log, DataKeys? keys) : IDisposable
{
    public SqliteConnection Connection => connection;

    public PreparedStatements Statements { get; } = new(connection);

    /// <summary>The head after the last durable transaction.</summary>
    public Position Head { get; set; } = head;

    /// <summary>
    /// The log after the last durable transaction. The next commit sets it. Nothing else changes it while this connection is open.
    /// </summary>
    public LogExtent Log { get; set; } = log;

    /// <summary>
    /// Null: the store is not encrypted. It has the keys of the time when this was opened: a change of the keys closes this.
    /// </summary>
    public StoreCipher? Cipher { get; } = keys is null ? null : new(keys);

    public bool IsReadOnly { get; } = raw.sqlite3_db_readonly(connection.Handle, "main") != 0;

    public void Dispose()
    {
        Cipher?.Dispose();
        Statements.Dispose();
        connection.Dispose();
    }
}
