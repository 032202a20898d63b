using Microsoft.Data.Sqlite;
using SQLitePCL;
using Syntha.Storage.Encryption;
using Syntha.Storage.Log;
using Syntha.Storage.Sqlite.Connections;
using Syntha.Storage.Sqlite.Rows;

namespace Syntha.Storage.Sqlite.OneUser;

/// <summary>The connection that loads and writes a user's file, with what belongs to it. For one thread at a time.</summary>
internal sealed class SqliteWriter : IDisposable
{
    public SqliteWriter(SqliteConnection connection, Position head, LogExtent log, DataKeys? keys)
    {
        (Connection, Head, Log) = (connection, head, log);
        Cipher = keys is null ? null : new(keys);
        Statements = new(connection);
        Commits = new(connection, Cipher);
        IsReadOnly = raw.sqlite3_db_readonly(connection.Handle, "main") != 0;
    }

    public SqliteConnection Connection { get; }

    public PreparedStatements Statements { get; }

    /// <summary>The statements of a commit.</summary>
    public PreparedCommit Commits { get; }

    /// <summary>The head after the last durable transaction.</summary>
    public Position Head { get; set; }

    /// <summary>
    /// The log after the last durable transaction. The next commit sets it. Nothing else changes it while this connection is open.
    /// </summary>
    public LogExtent Log { get; set; }

    /// <summary>
    /// Null: the store is not encrypted. It has the keys of the time when this was opened: a change of the keys closes this.
    /// </summary>
    public StoreCipher? Cipher { get; }

    public bool IsReadOnly { get; }

    public void Dispose()
    {
        Cipher?.Dispose();
        Commits.Dispose();
        Statements.Dispose();
        Connection.Dispose();
    }
}
