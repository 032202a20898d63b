namespace Syntha.Storage.Ground;

/// <summary>
/// Everything that the stores log, with event ids from 2000 to 2999. User ids are logged as they are. Keys and values are never logged.
/// </summary>
internal static partial class StorageLog
{
    [LoggerMessage(2000, LogLevel.Information, "Data folder {Folder} is taken; at most {MaxOpenStores} stores are open at once")]
    public static partial void FolderHeld(ILogger logger, string folder, int maxOpenStores);

    [LoggerMessage(2001, LogLevel.Warning,
        "At most {MaxOpenStores} of the configured {Configured} stores can be open at once: the process may open {Limit} files. " +
        "Raise the limit (ulimit -n), or lower Storage:MaxOpenStores")]
    public static partial void OpenStoresLowered(ILogger logger, int maxOpenStores, int configured, long limit);

    [LoggerMessage(2002, LogLevel.Information, "Store of user {User} created")]
    public static partial void Created(ILogger logger, UserId user);

    [LoggerMessage(2003, LogLevel.Information, "Store of user {User} migrated from version {From} to {To}")]
    public static partial void Migrated(ILogger logger, UserId user, int from, int to);

    [LoggerMessage(
        2004, LogLevel.Warning, "Store of user {User} was not closed properly; its write-ahead file was copied into the database")]
    public static partial void Recovered(ILogger logger, UserId user);

    /// <summary>Logs an error if an operator has to act for the user, else a warning: a full disk and a lock pass.</summary>
    public static void Failed(ILogger logger, MeshException failure, UserId user)
    {
        // Not failures: the user was erased, or exists already. The caller gets this as an answer.
        if (failure.Reason is ErrorReason.EpochChanged or ErrorReason.UserExists)
        {
            return;
        }

        var level = failure.Reason is ErrorReason.StoreDown or ErrorReason.StoreCorrupt ? LogLevel.Error : LogLevel.Warning;
        Failed(logger, level, failure.InnerException, user, failure.Reason);
    }

    [LoggerMessage(EventId = 2005, Message = "Store of user {User} failed: {Reason}")]
    private static partial void Failed(ILogger logger, LogLevel level, Exception? cause, UserId user, ErrorReason reason);

    [LoggerMessage(2006, LogLevel.Warning, "Store of user {User} could not be closed properly")]
    public static partial void CloseFailed(ILogger logger, Exception cause, UserId user);

    [LoggerMessage(2007, LogLevel.Warning, "All {MaxOpenStores} stores that may be open are in use; calls wait")]
    public static partial void AllInUse(ILogger logger, int maxOpenStores);

    [LoggerMessage(2008, LogLevel.Information, "Store of user {User} erased")]
    public static partial void Erased(ILogger logger, UserId user);

    [LoggerMessage(2009, LogLevel.Warning, "The server ended while it erased or imported {Count} stores; the rest of them is removed")]
    public static partial void LeftoversRemoved(ILogger logger, int count);

    [LoggerMessage(2010, LogLevel.Information, "Store of user {User} imported")]
    public static partial void Imported(ILogger logger, UserId user);

    [LoggerMessage(2011, LogLevel.Error, "The store {Store} did not get a new epoch; the other stores go on")]
    public static partial void EpochKept(ILogger logger, Exception cause, string store);

    [LoggerMessage(
        2016, LogLevel.Warning,
        "Another program reads the file of user {User} and does not end, so its write-ahead file grows; it has {Mebibytes} MiB now")]
    public static partial void Held(ILogger logger, UserId user, long mebibytes);

    [LoggerMessage(
        2017, LogLevel.Information, "No other program reads the file of user {User} any more, and its write-ahead file is small")]
    public static partial void Released(ILogger logger, UserId user);

    [LoggerMessage(
        2018, LogLevel.Warning,
        "Store of user {User} was not closed properly, and another program reads its file; its write-ahead file was written again")]
    public static partial void Rewritten(ILogger logger, UserId user);

    [LoggerMessage(
        2019, LogLevel.Warning,
        "The role of user {User} was not there or had no rights, as after a restore into another database server; it was made anew")]
    public static partial void RoleGiven(ILogger logger, UserId user);

    [LoggerMessage(
        2020, LogLevel.Warning,
        "Values of user {User} were redacted, but their bytes may still be in the free space of the store's file, because another " +
        "program uses it or there is no space; that is tried again when the store is opened or redacted next")]
    public static partial void NotOverwritten(ILogger logger, Exception? cause, UserId user);

    [LoggerMessage(2012, LogLevel.Information, "Store of user {User} encrypted")]
    public static partial void Encrypted(ILogger logger, UserId user);

    [LoggerMessage(2013, LogLevel.Information, "Store of user {User} has a new data key; nothing is encrypted under the old key any more")]
    public static partial void KeysRotated(ILogger logger, UserId user);

    [LoggerMessage(2014, LogLevel.Error, "Store of user {User} could not be encrypted; the other stores go on")]
    public static partial void EncryptionFailed(ILogger logger, Exception cause, UserId user);

    [LoggerMessage(2100, LogLevel.Information, "Database {Database} at {Host} is in use, over at most {PoolSize} connections")]
    public static partial void DatabaseReady(ILogger logger, string database, string host, int poolSize);

    [LoggerMessage(2101, LogLevel.Information, "Database migrated from step {FromServer}.{FromUser} to {ToServer}.{ToUser}")]
    public static partial void Installed(ILogger logger, int fromServer, int fromUser, int toServer, int toUser);

    [LoggerMessage(2102, LogLevel.Information, "Migrating all users to step {Step}: {Done} done, {Behind} to go")]
    public static partial void Migrating(ILogger logger, int step, int done, long behind);

    [LoggerMessage(2103, LogLevel.Information, "All users migrated to step {Step}: {Done} done, {Failed} failed")]
    public static partial void MigratedAll(ILogger logger, int step, int done, int failed);

    [LoggerMessage(2104, LogLevel.Error, "Store of user {User} could not be migrated; the other stores go on")]
    public static partial void MigrationFailed(ILogger logger, Exception cause, string user);

    [LoggerMessage(2105, LogLevel.Warning,
        "The login is a member of {Roles} roles: on PostgreSQL 15 each new role stalls every connection, by 0.3 s at 10,000. " +
        "Consider Storage:Postgres:RolePerUser=false, or a newer PostgreSQL")]
    public static partial void ManyRoles(ILogger logger, long roles);

    [LoggerMessage(2106, LogLevel.Information, "Listening for the commits of other nodes")]
    public static partial void Listening(ILogger logger);

    [LoggerMessage(2107, LogLevel.Warning, "The connection that listens for the commits of other nodes is lost; polling goes on")]
    public static partial void ListenerLost(ILogger logger, Exception cause);

    [LoggerMessage(2108, LogLevel.Information, "Commits of other nodes are found by polling alone, every {Interval}")]
    public static partial void PollingOnly(ILogger logger, TimeSpan interval);

    [LoggerMessage(2109, LogLevel.Warning, "The heads of the users in memory could not be polled; the next poll tries again")]
    public static partial void PollFailed(ILogger logger, Exception cause);

    [LoggerMessage(2110, LogLevel.Warning, "Commits could not be announced to other nodes; they find them by polling")]
    public static partial void AnnouncementFailed(ILogger logger, Exception cause);

    [LoggerMessage(2112, LogLevel.Warning,
        "Values of user {User} were redacted, but their bytes may still be in the table's files; run: {Remedy}")]
    public static partial void NotRewritten(ILogger logger, Exception cause, UserId user, string remedy);

    [LoggerMessage(2111, LogLevel.Error,
        "The database has lost commits of user {User}: it had acknowledged revision {Known}, and is at {Present}. The user has a new " +
        "epoch. Other users may have lost commits too: run `syntha renew-epochs`")]
    public static partial void CommitsLost(ILogger logger, UserId user, long known, long present);
}
