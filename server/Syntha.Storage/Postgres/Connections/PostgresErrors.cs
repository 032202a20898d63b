using System.Net.Sockets;
using System.Text.Json;
using Npgsql;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Postgres.Connections;

/// <summary>
/// The one place that says what a failure of PostgreSQL means to callers. The texts say nothing of servers, statements or rows. The cause
/// goes along for the log.
/// </summary>
internal static class PostgresErrors
{
    public static MeshException? Translate(Exception exception, StorePhase phase) => exception switch
    {
        MeshException refusal => refusal,
        PostgresException failure => Translate(failure, phase),
        // The server's own time-out, or a broken connection. It is unknown whether the database completed the statement.
        NpgsqlException or SocketException or IOException or TimeoutException => StoreErrors.Down(exception, phase),
        ObjectDisposedException => null,
        // The server itself wrote the rows. A row that does not read as such was damaged.
        FormatException or JsonException or InvalidCastException or InvalidOperationException or OverflowException or ArgumentException
            when phase is StorePhase.Reading or StorePhase.Opening => StoreErrors.Corrupt(exception),
        _ => null,
    };

    /// <summary>Whether the database, or the way to it, is gone. Then there is no use in going on with the next user.</summary>
    public static bool IsAway(Exception exception) => exception is not PostgresException failure || failure.InvariantSeverity != "ERROR";

    private static MeshException Translate(PostgresException failure, StorePhase phase) => failure.SqlState switch
    {
        PostgresErrorCodes.DiskFull => StoreErrors.Full(failure),
        // Names are checked at the edge. This is what is left: a page token that was made up.
        PostgresErrorCodes.CharacterNotInRepertoire => new(ErrorReason.ArgumentInvalid, "A text contains U+0000.", failure),
        PostgresErrorCodes.ReadOnlySqlTransaction => StoreErrors.ReadOnly(failure),
        PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.OutOfMemory or PostgresErrorCodes.ConfigurationLimitExceeded or
            PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or
            PostgresErrorCodes.QueryCanceled => StoreErrors.Busy(failure),
        // A schema is missing or was altered, or pages fail their checksum.
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName or
            PostgresErrorCodes.DuplicateSchema or PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DatatypeMismatch or
            PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => StoreErrors.Corrupt(failure),
        // An error rolls back the whole transaction, even at the commit. The end of a connection does not tell.
        _ => StoreErrors.Down(failure, failure.InvariantSeverity == "ERROR" ? StorePhase.Writing : phase),
    };
}
