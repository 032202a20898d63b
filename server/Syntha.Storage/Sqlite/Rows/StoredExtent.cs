using Microsoft.Data.Sqlite;
using Syntha.Storage.Log;
using Syntha.Storage.Sqlite.Connections;

namespace Syntha.Storage.Sqlite.Rows;

/// <summary>Reads the size of a file's log.</summary>
internal static class StoredExtent
{
    // By primary key. Not part of the head that every reader selects: a file that cannot be written stays at its version, which may not
    // have these columns.
    private const string SelectSize = "SELECT log_changes AS Changes, log_bytes AS Bytes FROM head WHERE only = 1;";

    public static LogExtent Read(SqliteConnection connection, Head head)
    {
        var stored = Sql.One<Stored>(connection, SelectSize)!;
        return new(head.OldestRevision, new(stored.Changes, stored.Bytes));
    }

    private sealed record Stored(long Changes, long Bytes);
}
