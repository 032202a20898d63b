using Microsoft.Data.Sqlite;
using SQLitePCL;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Sqlite.Connections;

/// <summary>Opens SQLite files so that commits are durable and code in a file never runs. Thread-safe.</summary>
internal static class SqliteConnections
{
    private const int SynchronousFull = 2;

    // busy_timeout: SQLite waits in small steps; only other programs can lock a user's file for longer than a moment. temp_store: what is
    // sorted stays out of files that would outlive an erase. journal_size_limit: so much stays allocated for the write-ahead file after a
    // burst. max_page_count has its own statement, because its number differs from server to server.
    private const string Settings =
        """
        PRAGMA busy_timeout = 1000;
        PRAGMA temp_store = MEMORY;
        PRAGMA trusted_schema = OFF;
        PRAGMA cell_size_check = ON;
        PRAGMA journal_size_limit = 8388608;
        PRAGMA synchronous = FULL;
        """;

    // For the whole process, before the first connection. No connection is used by two threads at once, so SQLite needs no mutex for each
    // call. And no one reads its statistics of memory, which all threads would have to take turns to count. Where SQLite runs already, it
    // stays as it is, which is slower and just as right.
    static SqliteConnections()
    {
        Batteries_V2.Init();
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    /// <summary>Opens a file that SQLite can write to, and sets what durability and the refusal of foreign code need.</summary>
    public static SqliteConnection Open(string path, Action<SqliteConnection>? check = null)
    {
        var address = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            // Microsoft.Data.Sqlite would keep a pool for each file, without a bound, and keep an erased file alive. SqliteFiles does this
            // instead.
            Pooling = false,
        };
        var connection = new SqliteConnection(address.ConnectionString);
        try
        {
            connection.Open();
            Restrict(connection);
            Sql.Run(connection, Settings);
            check?.Invoke(connection);
            Verify(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // The schema has no triggers, and the server reads no view. So triggers and views in a file never run.
    private static void Restrict(SqliteConnection connection)
    {
        Configure(connection, raw.SQLITE_DBCONFIG_DEFENSIVE, 1);
        Configure(connection, raw.SQLITE_DBCONFIG_ENABLE_TRIGGER, 0);
        Configure(connection, raw.SQLITE_DBCONFIG_ENABLE_VIEW, 0);
        Configure(connection, raw.SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0);
    }

    private static void Configure(SqliteConnection connection, int option, int value)
    {
        var code = raw.sqlite3_db_config(connection.Handle, option, value, out var result);
        if (code != raw.SQLITE_OK || result != value)
        {
            throw StoreErrors.Down(new InvalidOperationException($"SQLite refused its option {option}."), StorePhase.Opening);
        }
    }

    // The settings for durability are read back. SQLite answers a mode that it cannot take with the mode that it keeps.
    private static void Verify(SqliteConnection connection)
    {
        var journal = Sql.One<string>(connection, "PRAGMA journal_mode = WAL;");
        if (journal != "wal")
        {
            throw StoreErrors.Down(new NotSupportedException($"The file's journal mode is {journal}, not wal."), StorePhase.Opening);
        }

        var synchronous = Sql.One<int>(connection, "PRAGMA synchronous;");
        if (synchronous != SynchronousFull)
        {
            throw StoreErrors.Down(
                new NotSupportedException($"The connection's synchronous mode is {synchronous}, not FULL."), StorePhase.Opening);
        }
    }
}
