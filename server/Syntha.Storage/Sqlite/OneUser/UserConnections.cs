using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;
using Syntha.Storage.Log;
using Syntha.Storage.Names;
using Syntha.Storage.Sqlite.Connections;
using Syntha.Storage.Sqlite.Files;
using Syntha.Storage.Sqlite.Rows;

namespace Syntha.Storage.Sqlite.OneUser;

/// <summary>Opens users' files, and checks that each one is whole, durable and that user's. Thread-safe.</summary>
internal sealed class UserConnections(DataFolder folder, Migrations migrations, long? maxStoreBytes, ILogger logger)
{
    private const int PageBytes = 4096;
    private readonly string? limit = maxStoreBytes is { } bytes
        ? string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {Math.Max(bytes / PageBytes, 1)};")
        : null;

    /// <summary>Opens the connection that writes and loads. It migrates the file if needed.</summary>
    /// <param name="user">The user.</param>
    /// <param name="keys">The user's keys. Null: the caller does not read encrypted data.</param>
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
            // Nothing is written to a read-only file, so the size of its log is not needed.
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

    /// <summary>Opens a second connection, which reads the log while the first one commits.</summary>
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
            // The log is read from one end to the other, so pages that were read are not needed again soon, and need no memory.
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
        new(connection, head.Position, log(head), keys is null ? null : DataKeyColumn.Read(connection, keys));

    private SqliteConnection Open(StoreName name)
    {
        try
        {
            return SqliteConnections.Open(folder.FileOf(name), connection =>
            {
                // Before anything writes: a file that is no store, or a newer server's, stays as it is.
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

        Overwriting.RunIfDue(connection, user, logger);
    }

    // A sync that failed may have left commits in the write-ahead file that only the operating system's memory holds, and a later sync
    // would not report them. So they are written again, into the database, before anything is built on them.
    private void CarryOver(SqliteConnection connection, UserId user)
    {
        if (Sql.One<int>(connection, "PRAGMA wal_checkpoint(TRUNCATE);") == 0)
        {
            StorageLog.Recovered(logger, user);
            return;
        }

        // Another program reads the file, and may go on for long. So the commits stay where they are, and are written there again.
        RewrittenFile.Write(folder.FileOf(StoreName.Of(user)) + "-wal");
        StorageLog.Rewritten(logger, user);
    }

    private static Head CheckIdentity(SqliteConnection connection, UserId user)
    {
        var head = Sql.One<Head>(connection, Head.Select)
            ?? throw StoreErrors.Corrupt(new FormatException("The file does not name its user."));
        if (head.User != user.Value)
        {
            throw StoreErrors.Corrupt(new FormatException($"The file is the store of another user, '{head.User}'."));
        }

        return head;
    }
}
