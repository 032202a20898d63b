using System.Text.Json;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Sqlite.Connections;

/// <summary>
/// The one place that says what a failure of SQLite or of the file system means to callers. The texts say nothing of paths or statements.
/// The cause goes along for the log.
/// </summary>
internal static class SqliteErrors
{
    private const int Eacces = 13;
    private const int Enospc = 28;
    private const int Erofs = 30;
    private const int Edquot = 122;

    public static MeshException? Translate(Exception exception, StorePhase phase) => exception switch
    {
        MeshException refusal => refusal,
        SqliteException failure => Translate(failure, phase),
        UnauthorizedAccessException => StoreErrors.ReadOnly(exception),
        IOException { HResult: Enospc or Edquot } => StoreErrors.Full(exception),
        IOException { HResult: Erofs or Eacces } => StoreErrors.ReadOnly(exception),
        IOException => StoreErrors.Down(exception, phase),
        // The server itself wrote the rows. A row that does not read as such was damaged.
        ObjectDisposedException => null,
        FormatException or JsonException or InvalidCastException or InvalidOperationException or OverflowException or ArgumentException
            when phase is StorePhase.Reading or StorePhase.Opening => StoreErrors.Corrupt(exception),
        _ => null,
    };

    private static MeshException Translate(SqliteException failure, StorePhase phase) => failure.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => StoreErrors.Full(failure),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => StoreErrors.Busy(failure),
        raw.SQLITE_READONLY => StoreErrors.ReadOnly(failure),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_FORMAT => StoreErrors.Corrupt(failure),
        // A table or a column is missing.
        raw.SQLITE_ERROR when phase is StorePhase.Opening or StorePhase.Reading => StoreErrors.Corrupt(failure),
        // The shared-memory file cannot grow: the disk is full. At a commit the log may have been written before, so the outcome stays
        // unknown there.
        raw.SQLITE_IOERR when failure.SqliteExtendedErrorCode == raw.SQLITE_IOERR_SHMSIZE && phase != StorePhase.Committing =>
            StoreErrors.Full(failure),
        _ => StoreErrors.Down(failure, phase),
    };
}
