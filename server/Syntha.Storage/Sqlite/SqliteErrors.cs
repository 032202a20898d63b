using System.Text.Json;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Syntha.Storage.Sqlite;

/// <summary>
/// The one place that says what a failure of SQLite or of the file system means to callers. What they read tells nothing of paths or
/// statements; the cause goes along for the log.
/// </summary>
internal static class SqliteErrors
{
    private const int Eacces = 13;
    private const int Enospc = 28;
    private const int Erofs = 30;
    private const int Edquot = 122;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(10);

    public static MeshException? Translate(Exception exception, StorePhase phase) => exception switch
    {
        MeshException refusal => refusal,
        SqliteException failure => Translate(failure, phase),
        UnauthorizedAccessException => ReadOnly(exception),
        IOException { HResult: Enospc or Edquot } => Full(exception),
        IOException { HResult: Erofs or Eacces } => ReadOnly(exception),
        IOException => Down(exception, phase),
        // What a row holds was written by the server; if it does not read as such, the file was damaged.
        ObjectDisposedException => null,
        FormatException or JsonException or InvalidCastException or InvalidOperationException or OverflowException or ArgumentException
            when phase is StorePhase.Reading or StorePhase.Opening => Corrupt(exception),
        _ => null,
    };

    public static MeshException Full(Exception? cause) =>
        new(ErrorReason.StoreFull, "The store is full; nothing was written. Remove items, or try again when there is room.", cause)
        {
            RetryAfter = Later,
        };

    public static MeshException Busy(Exception? cause) =>
        new(ErrorReason.StoreBusy, "The store is busy; nothing was written. Try again.", cause) { RetryAfter = Soon };

    public static MeshException ReadOnly(Exception? cause) =>
        new(ErrorReason.StoreReadOnly, "The store can be read but not written; nothing was written.", cause);

    public static MeshException Corrupt(Exception? cause, string? what = null) =>
        new(ErrorReason.StoreCorrupt, what ?? "The user's store is damaged and cannot be used; restore it from a backup.", cause);

    public static MeshException Down(Exception? cause, StorePhase phase)
    {
        var message = phase == StorePhase.Committing
            ? "The store failed; whether the last write happened is unknown. Repeat it with its request id."
            : "The store failed; nothing was written. Try again.";
        return new(ErrorReason.StoreDown, message, cause) { RetryAfter = Soon };
    }

    private static MeshException Translate(SqliteException failure, StorePhase phase) => failure.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => Full(failure),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => Busy(failure),
        raw.SQLITE_READONLY => ReadOnly(failure),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_FORMAT => Corrupt(failure),
        // A table or a column that is missing.
        raw.SQLITE_ERROR when phase is StorePhase.Opening or StorePhase.Reading => Corrupt(failure),
        // The shared-memory file cannot grow: no room. At a commit the log may have been written before that, so there it stays unknown.
        raw.SQLITE_IOERR when failure.SqliteExtendedErrorCode == raw.SQLITE_IOERR_SHMSIZE && phase != StorePhase.Committing => Full(failure),
        _ => Down(failure, phase),
    };
}
