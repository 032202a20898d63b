using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Syntha.Storage.Encryption;
using Syntha.Storage.Files;
using Syntha.Storage.Log;
using Syntha.Storage.Names;

namespace Syntha.Storage.Sqlite;

/// <summary>Opens users' files, and lets none pass that is not whole, durable and that user's. Thread-safe.</summary>
internal sealed class SqliteConnections(DataFolder folder, Migrations migrations, long? maxStoreBytes, ILogger logger)
{
    private const int PageBytes = 4096;
    private const int SynchronousFull = 2;

    // SQLite's own waiting, in small steps; only other programs can hold a user's file for longer than a moment.
    // temp_store keeps what is sorted out of files that would outlive an erase. The limit on the write-ahead file's size is what stays
    // allocated after a burst. max_page_count has its own statement, because its number differs from server to server.
    private const string Settings =
        """
        PRAGMA busy_timeout = 1000;
        PRAGMA temp_store = MEMORY;
        PRAGMA trusted_schema = OFF;
        PRAGMA cell_size_check = ON;
        PRAGMA journal_size_limit = 8388608;
        PRAGMA synchronous = FULL;
        """;

    private readonly string? limit = maxStoreBytes is { } bytes
        ? string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {Math.Max(bytes / PageBytes, 1)};")
        : null;

    /// <summary>The connection that writes and loads. It migrates the file where that is due.</summary>
    /// <param name="user">The user.</param>
    /// <param name="keys">Null: for whoever does not look at what is encrypted.</param>
    public SqliteWriter OpenWriter(UserId user, StoreKeys? keys)
    {
        var name = StoreName.Of(user);
        if (!folder.Contains(name))
        {
            throw StoreErrors.Gone();
        }

        folder.Secure(name);
        var leftOver = new FileInfo(folder.FileOf(name) + "-wal") is { Exists: true, Length: > 0 };
        var connection = Open(name);
        try
        {
            // Nothing is ever written to a file that cannot be written, so that its log's size is of no use.
            if (raw.sqlite3_db_readonly(connection.Handle, "main") != 0)
            {
                return Writer(connection, keys, CheckIdentity(connection, user), head => new(head.OldestRevision, default));
            }

            Prepare(connection, user, leftOver);
            return Writer(connection, keys, CheckIdentity(connection, user), head => StoredExtent.Read(connection, head));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A second connection that reads the log while the first one commits.</summary>
    public SqliteConnection OpenReader(UserId user)
    {
        var name = StoreName.Of(user);
        if (!folder.Contains(name))
        {
            throw StoreErrors.Gone();
        }

        folder.Secure(name);
        var connection = Open(name);
        try
        {
            // The log is read from one end to the other: what was read is not read again soon, and needs no memory.
            Sql.Run(connection, "PRAGMA query_only = ON; PRAGMA cache_size = -256;");
            CheckIdentity(connection, user);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static SqliteWriter Writer(SqliteConnection connection, StoreKeys? keys, Head head, Func<Head, LogExtent> log) =>
        new(connection, head.Position, log(head), keys is null ? null : KeyColumn.Read(connection, keys));

    /// <summary>Opens a file that SQLite can write to, with what durability and the refusal of foreign code stand on.</summary>
    public static SqliteConnection Open(string path, Action<SqliteConnection>? check = null)
    {
        var address = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            // A pool per file without a bound, which would also keep an erased file alive: SqliteFiles does this job.
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

    private SqliteConnection Open(StoreName name)
    {
        try
        {
            return Open(folder.FileOf(name), connection =>
            {
                // Before anything that writes: a file that is no store, or a newer server's, stays as it is.
                migrations.Check(connection);
                if (limit is not null)
                {
                    Sql.Run(connection, limit);
                }
            });
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == raw.SQLITE_CANTOPEN && !folder.CanWrite(name))
        {
            throw StoreErrors.ReadOnly(failure);
        }
    }

    // Our schema has no triggers, and the server reads no view: a file that brings its own gets no chance to run them.
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

    // What durability stands on is read back, not assumed: SQLite answers a mode that it cannot take with the one that it keeps.
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

    private void Prepare(SqliteConnection connection, UserId user, bool leftOver)
    {
        if (leftOver)
        {
            CarryOver(connection, user);
        }

        var found = migrations.Check(connection);
        migrations.Apply(connection, found);
        if (found != migrations.Latest)
        {
            StorageLog.Migrated(logger, user, found, migrations.Latest);
        }
    }

    // A sync that failed may have left commits in the write-ahead file of which only the memory of the operating system knows, and a later
    // sync would not report them: they are written anew, into the database, before anything is built on them.
    private void CarryOver(SqliteConnection connection, UserId user)
    {
        if (Sql.One<int>(connection, "PRAGMA wal_checkpoint(TRUNCATE);") != 0)
        {
            throw StoreErrors.Busy(new IOException("The write-ahead file could not be carried over: somebody reads the file."));
        }

        StorageLog.Recovered(logger, user);
    }

    private static Head CheckIdentity(SqliteConnection connection, UserId user)
    {
        var head = Sql.One<Head>(connection, Head.Select)
            ?? throw StoreErrors.Corrupt(new FormatException("The file does not say whose it is."));
        if (head.User != user.Value)
        {
            throw StoreErrors.Corrupt(new FormatException($"The file is the store of another user, '{head.User}'."));
        }

        return head;
    }
}
