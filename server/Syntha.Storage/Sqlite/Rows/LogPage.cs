using Microsoft.Data.Sqlite;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;
using Syntha.Storage.Log;
using Syntha.Storage.Sqlite.Connections;

namespace Syntha.Storage.Sqlite.Rows;

/// <summary>Reads whole commands of the log, up to a limit.</summary>
internal static class LogPage
{
    // By primary key.
    private const string SelectHead = "SELECT oldest_revision, revision FROM head WHERE only = 1;";

    // A range of the primary key, read only as far as the page goes.
    private const string SelectAfter = $"SELECT {ChangeReader.Columns} FROM changes WHERE place > @after ORDER BY place;";

    public static ImmutableArray<Change> Read(
        PreparedStatements statements, StoreKeys keys, long afterRevision, int maxChanges, long maxBytes)
    {
        statements.Run(Sql.BeginSnapshot);
        try
        {
            var (oldest, head) = statements.Read(SelectHead, ReadHead);
            if (afterRevision + 1 < oldest)
            {
                throw StoreErrors.Compacted(oldest, head);
            }

            if (afterRevision >= head)
            {
                return [];
            }

            using var cipher = DataKeyColumn.Cipher(statements.Connection, keys);
            return statements.Read(
                SelectAfter, rows => ReadRows(rows, cipher, maxChanges, maxBytes), ("@after", StoredPlace.LastOf(afterRevision).Value));
        }
        finally
        {
            statements.Run(Sql.Commit);
        }
    }

    private static (long Oldest, long Head) ReadHead(SqliteDataReader rows) =>
        rows.Read() ? (rows.GetInt64(0), rows.GetInt64(1)) : throw new FormatException("The head is gone.");

    private static ImmutableArray<Change> ReadRows(SqliteDataReader rows, StoreCipher? cipher, int maxChanges, long maxBytes)
    {
        var page = new ChangePage(new SqliteRow(rows), cipher, ChangeReader.ValueAt, maxChanges, maxBytes);
        while (rows.Read() && page.TryAdd())
        {
        }
        return page.Complete();
    }
}
