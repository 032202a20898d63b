using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Syntha.Storage.Log;

namespace Syntha.Storage.Sqlite.Rows;

/// <summary>
/// The current row of a query, read by calls of SQLite itself. The driver makes several calls for each column, and a change took nearly
/// twice as long. Use it while the query is open, on the thread that runs the query.
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

    // Read as text always: then SQLite returns UTF-8 for every encoding of the file.
    public string GetText(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string() ?? throw Missing(column);

    // Read as bytes: for text, SQLite would copy them to append a zero.
    public string GetValue(int column) => Encoding.UTF8.GetString(GetBytes(column));

    public ReadOnlySpan<byte> GetBytes(int column)
    {
        var bytes = raw.sqlite3_column_blob(statement, column);
        // No value in the log is empty.
        return bytes.IsEmpty ? throw Missing(column) : bytes;
    }

    // SQLite also answers so when it has no memory left. So an existing value is never taken for a missing one.
    private static InvalidOperationException Missing(int column) => new($"Column {column} holds nothing.");
}
