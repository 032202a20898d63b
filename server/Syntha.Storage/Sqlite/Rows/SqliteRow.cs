using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Syntha.Storage.Log;

namespace Syntha.Storage.Sqlite.Rows;

/// <summary>
/// The row on which a query stands, by SQLite's own calls: the driver makes several for each column, with which a change took nearly twice as
/// long. For use while the query is open, by the thread that runs it.
/// </summary>
internal sealed class SqliteRow(SqliteDataReader rows) : ILogRow
{
    private readonly sqlite3_stmt statement = rows.Handle!;

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long GetNumber(int column)
    {
        var number = raw.sqlite3_column_int64(statement, column);
        return number != 0 || !IsNull(column) ? number : throw Missing(column);
    }

    // As text in any case: then it comes as UTF-8, whatever the file keeps.
    public string GetText(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string() ?? throw Missing(column);

    // As bytes: for text SQLite would copy them, to put a zero behind.
    public string GetValue(int column) => Encoding.UTF8.GetString(GetBytes(column));

    public ReadOnlySpan<byte> GetBytes(int column)
    {
        var bytes = raw.sqlite3_column_blob(statement, column);
        // Nothing that the log keeps is empty.
        return bytes.IsEmpty ? throw Missing(column) : bytes;
    }

    // Also what SQLite answers when it has no memory left: nothing is ever taken for missing that is there.
    private static InvalidOperationException Missing(int column) => new($"Column {column} holds nothing.");
}
