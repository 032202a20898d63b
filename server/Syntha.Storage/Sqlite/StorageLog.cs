namespace Syntha.Storage.Sqlite;

/// <summary>All that the stores log, with event ids from 2000 to 2999. User ids stand as they are; keys and values never.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(2000, LogLevel.Information, "Data folder {Folder} is held; at most {MaxOpenStores} stores are open at once")]
    public static partial void FolderHeld(ILogger logger, string folder, int maxOpenStores);

    [LoggerMessage(2001, LogLevel.Warning,
        "At most {MaxOpenStores} of the configured {Configured} stores can be open at once: the process may hold {Limit} descriptors. " +
        "Raise the limit (ulimit -n), or lower Storage:MaxOpenStores")]
    public static partial void OpenStoresLowered(ILogger logger, int maxOpenStores, int configured, long limit);

    [LoggerMessage(2002, LogLevel.Information, "Store of user {User} created")]
    public static partial void Created(ILogger logger, UserId user);

    [LoggerMessage(2003, LogLevel.Information, "Store of user {User} migrated from version {From} to {To}")]
    public static partial void Migrated(ILogger logger, UserId user, int from, int to);

    [LoggerMessage(2004, LogLevel.Warning, "Store of user {User} was not closed in order; its write-ahead file was carried over")]
    public static partial void Recovered(ILogger logger, UserId user);

    /// <summary>An error where somebody has to act for the user's sake, else a warning: room and locks come and go.</summary>
    public static void Failed(ILogger logger, MeshException failure, UserId user) =>
        Failed(logger, failure.Reason is ErrorReason.StoreDown or ErrorReason.StoreCorrupt ? LogLevel.Error : LogLevel.Warning,
            failure.InnerException, user, failure.Reason);

    [LoggerMessage(EventId = 2005, Message = "Store of user {User} failed: {Reason}")]
    private static partial void Failed(ILogger logger, LogLevel level, Exception? cause, UserId user, ErrorReason reason);

    [LoggerMessage(2006, LogLevel.Warning, "Store of user {User} could not be closed in order")]
    public static partial void CloseFailed(ILogger logger, Exception cause, UserId user);

    [LoggerMessage(2007, LogLevel.Warning, "All {MaxOpenStores} stores that may be open are in use; calls wait for one")]
    public static partial void AllInUse(ILogger logger, int maxOpenStores);
}
