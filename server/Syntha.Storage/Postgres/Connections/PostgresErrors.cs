using System.Net.Sockets;
using System.Text.Json;
using Npgsql;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Postgres.Connections;

/// <summary>
/// The one place that says what a failure of PostgreSQL means to callers. What they read tells nothing of servers, statements or rows; the
/// cause goes along for the log.
/// </summary>
internal static class PostgresErrors
{
    public static MeshException? Translate(Exception exception, StorePhase phase) => exception switch
    {
        MeshException refusal => refusal,
        PostgresException failure => Translate(failure, phase),
        // A time-out of ours or a connection that broke: whether the database got on with it cannot be told.
        NpgsqlException or SocketException or IOException or TimeoutException => StoreErrors.Down(exception, phase),
        ObjectDisposedException => null,
        // What a row holds was written by the server; if it does not read as such, it was damaged.
        FormatException or JsonException or InvalidCastException or InvalidOperationException or OverflowException or ArgumentException
            when phase is StorePhase.Reading or StorePhase.Opening => StoreErrors.Corrupt(exception),
        _ => null,
    };

    /// <summary>Whether the database is away, or this way to it: then it is of no use to go on with the next user.</summary>
    public static bool IsAway(Exception exception) => exception is not PostgresException failure || failure.InvariantSeverity != "ERROR";

    private static MeshException Translate(PostgresException failure, StorePhase phase) => failure.SqlState switch
    {
        PostgresErrorCodes.DiskFull => StoreErrors.Full(failure),
        PostgresErrorCodes.ReadOnlySqlTransaction => StoreErrors.ReadOnly(failure),
        PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.OutOfMemory or PostgresErrorCodes.ConfigurationLimitExceeded or
            PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or
            PostgresErrorCodes.QueryCanceled => StoreErrors.Busy(failure),
        // A schema that is gone or altered, or pages that do not check.
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName or
            PostgresErrorCodes.DuplicateSchema or PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DatatypeMismatch or
            PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => StoreErrors.Corrupt(failure),
        // An error, unlike the end of a connection, takes the whole transaction back, also when it is met at the commit.
        _ => StoreErrors.Down(failure, failure.InvariantSeverity == "ERROR" ? StorePhase.Writing : phase),
    };
}
