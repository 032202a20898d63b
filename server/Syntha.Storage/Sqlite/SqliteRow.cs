using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Data.Sqlite;
using Syntha.Storage.Log;

namespace Syntha.Storage.Sqlite;

/// <summary>
/// The row on which a query stands, read straight from SQLite: through the driver, which takes several guarded calls for each column, a
/// change took twice as long. For use while the query is open, by the thread that runs it.
/// </summary>
internal sealed unsafe partial class SqliteRow(SqliteDataReader rows) : ILogRow
{
    // The library that the driver loads.
    private const string Library = "e_sqlite3";
    private const int TypeNull = 5;

    private readonly nint statement = rows.Handle!.DangerousGetHandle();

    public bool IsNull(int column) => Type(statement, column) == TypeNull;

    public long GetNumber(int column)
    {
        var number = Number(statement, column);
        return number != 0 || !IsNull(column) ? number : throw Missing(column);
    }

    // As text in any case: then it comes as UTF-8, whatever the file keeps.
    public string GetText(int column)
    {
        var text = Text(statement, column);
        return text is not null ? Encoding.UTF8.GetString(text, Length(statement, column)) : throw Missing(column);
    }

    // As bytes: for text SQLite would copy them, to put a zero behind.
    public string GetValue(int column) => Encoding.UTF8.GetString(GetBytes(column));

    public ReadOnlySpan<byte> GetBytes(int column)
    {
        var bytes = Bytes(statement, column);
        // Also where there are none of them; nothing that the log keeps is empty.
        return bytes is not null ? new(bytes, Length(statement, column)) : throw Missing(column);
    }

    // Also what SQLite answers when it has no memory left: nothing is ever taken for missing that is there.
    private static InvalidOperationException Missing(int column) => new($"Column {column} holds nothing.");

    [LibraryImport(Library, EntryPoint = "sqlite3_column_type")]
    private static partial int Type(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64")]
    private static partial long Number(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_text")]
    private static partial byte* Text(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_blob")]
    private static partial byte* Bytes(nint statement, int column);

    // In bytes, of what was asked for last.
    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes")]
    private static partial int Length(nint statement, int column);
}
