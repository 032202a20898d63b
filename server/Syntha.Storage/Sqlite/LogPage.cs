using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Syntha.Storage.Log;

namespace Syntha.Storage.Sqlite;

/// <summary>Reads whole commands of the log, up to a limit.</summary>
internal static class LogPage
{
    // A range of the primary key, read only as far as the page goes.
    private const string SelectAfter = $"SELECT {ChangeReader.Columns} FROM changes WHERE place > @after ORDER BY place;";

    public static ImmutableArray<Change> Read(SqliteConnection connection, long afterRevision, int maxChanges, long maxBytes)
    {
        Sql.Run(connection, "BEGIN DEFERRED;");
        try
        {
            var head = Sql.One<Head>(connection, Head.Select) ?? throw new FormatException("The head is gone.");
            if (afterRevision + 1 < head.OldestRevision)
                throw Compacted(head);
            return afterRevision >= head.Revision ? [] : ReadRows(connection, afterRevision, maxChanges, maxBytes);
        }
        finally
        {
            Sql.Run(connection, CommitStatements.Commit);
        }
    }

    private static ImmutableArray<Change> ReadRows(SqliteConnection connection, long afterRevision, int maxChanges, long maxBytes)
    {
        var page = ImmutableArray.CreateBuilder<Change>();
        var bytes = 0L;
        using var rows = Sql.Read(connection, SelectAfter, new { after = StoredPlace.LastOf(afterRevision).Value });
        var changes = new ChangeReader(rows);
        while (rows.Read())
        {
            var full = page.Count >= maxChanges || bytes >= maxBytes;
            // The place alone tells whether a command is complete, so that the first row beyond the page is not turned into a change.
            if (page.Count > 0 && full && new StoredPlace(rows.GetInt64(0)).Place.Revision != page[^1].Place.Revision)
                break;
            var change = changes.Read();
            bytes += change.Item is { } item ? Encoding.UTF8.GetByteCount(item.ValueJson) : 0;
            page.Add(change);
        }
        return page.DrainToImmutable();
    }

    private static MeshException Compacted(Head head) =>
        new(ErrorReason.HistoryCompacted, $"The log begins with revision {head.OldestRevision}; what came before is no longer kept.")
        {
            Metadata =
            {
                ["oldest"] = head.OldestRevision.ToString(CultureInfo.InvariantCulture),
                ["head"] = head.Revision.ToString(CultureInfo.InvariantCulture),
            },
        };
}
