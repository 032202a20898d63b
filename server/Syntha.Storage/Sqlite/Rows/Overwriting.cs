using Microsoft.Data.Sqlite;
using Syntha.Storage.Ground;
using Syntha.Storage.Sqlite.Connections;

namespace Syntha.Storage.Sqlite.Rows;

/// <summary>
/// Writes a file anew, so that redacted values are nowhere in it. SQLite leaves what a row has lost in the free space of its pages, and in
/// the write-ahead file. The copy that it makes meanwhile goes into a temporary file, which has no name and ends with the connection.
/// </summary>
internal static class Overwriting
{
    // By primary key.
    private const string IsDue = "SELECT overwrite_due FROM head WHERE only = 1;";

    // A large mesh would take its size of memory otherwise.
    private const string BeginFile = "PRAGMA temp_store = FILE;";
    private const string EndFile = "PRAGMA temp_store = MEMORY;";

    /// <summary>Writes the file anew if that is due. It must have the present schema.</summary>
    public static void RunIfDue(SqliteConnection connection, UserId user, ILogger logger)
    {
        if (Sql.One<long>(connection, IsDue) != 0)
        {
            Run(connection, user, logger);
        }
    }

    /// <summary>
    /// Writes the file anew. The redaction is committed already, so a failure is only told in the log: it is done when the file is opened
    /// next, or redacted next.
    /// </summary>
    public static void Run(SqliteConnection connection, UserId user, ILogger logger)
    {
        try
        {
            Sql.Run(connection, BeginFile);
            try
            {
                Sql.Run(connection, "VACUUM;");
            }
            finally
            {
                Sql.Run(connection, EndFile);
            }

            if (Sql.One<int>(connection, "PRAGMA wal_checkpoint(TRUNCATE);") != 0)
            {
                StorageLog.NotOverwritten(logger, null, user);
                return;
            }

            Sql.Run(connection, CommitStatements.Overwritten);
        }
        catch (SqliteException failure)
        {
            StorageLog.NotOverwritten(logger, failure, user);
        }
    }
}
