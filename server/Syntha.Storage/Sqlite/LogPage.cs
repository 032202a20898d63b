using Microsoft.Data.Sqlite;
using Syntha.Storage.Encryption;
using Syntha.Storage.Log;

namespace Syntha.Storage.Sqlite;

/// <summary>Reads whole commands of the log, up to a limit.</summary>
internal static class LogPage
{
    // A range of the primary key, read only as far as the page goes.
    private const string SelectAfter = $"SELECT {ChangeReader.Columns} FROM changes WHERE place > @after ORDER BY place;";

    public static ImmutableArray<Change> Read(SqliteConnection connection, StoreKeys keys, long afterRevision, int maxChanges, long maxBytes) => Sql.Snapshot(connection, () =>
    {
        var head = Sql.One<Head>(connection, Head.Select) ?? throw new FormatException("The head is gone.");
        if (afterRevision + 1 < head.OldestRevision)
            throw StoreErrors.Compacted(head.OldestRevision, head.Revision);
        return afterRevision >= head.Revision ? [] : ReadRows(connection, keys, afterRevision, maxChanges, maxBytes);
    });

    private static ImmutableArray<Change> ReadRows(
        SqliteConnection connection, StoreKeys keys, long afterRevision, int maxChanges, long maxBytes)
    {
        using var cipher = KeyColumn.Cipher(connection, keys);
        using var rows = Sql.Read(connection, SelectAfter, new { after = StoredPlace.LastOf(afterRevision).Value });
        var page = new ChangePage(rows, cipher, ChangeReader.ValueAt, maxChanges, maxBytes);
        while (rows.Read() && page.TryAdd())
        {
        }
        return page.Complete();
    }
}
