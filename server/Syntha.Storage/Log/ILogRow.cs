using System.Data.Common;

namespace Syntha.Storage.Log;

/// <summary>
/// The current row of a query on the log. SQLite's rows are read without their driver: for each column, the driver makes more calls to
/// SQLite than the whole change takes. PostgreSQL's rows come in one piece.
/// </summary>
internal interface ILogRow
{
    bool IsNull(int column);

    /// <exception cref="InvalidOperationException">The column is NULL. The other methods throw it as well.</exception>
    long GetNumber(int column);

    string GetText(int column);

    /// <summary>The text of a column of text or of bytes.</summary>
    string GetValue(int column);

    /// <summary>The bytes are valid until the next row.</summary>
    ReadOnlySpan<byte> GetBytes(int column);

    long? FindNumber(int column) => IsNull(column) ? null : GetNumber(column);

    string? FindText(int column) => IsNull(column) ? null : GetText(column);
}

/// <summary>A row, read by its driver.</summary>
internal sealed class DriverRow(DbDataReader rows) : ILogRow
{
    public bool IsNull(int column) => rows.IsDBNull(column);

    public long GetNumber(int column) => rows.GetInt64(column);

    public string GetText(int column) => rows.GetString(column);

    public string GetValue(int column) => rows.GetString(column);

    public ReadOnlySpan<byte> GetBytes(int column) => rows.GetFieldValue<byte[]>(column);
}
