using System.Data.Common;

namespace Syntha.Storage.Log;

/// <summary>
/// The row of the log on which a query stands. SQLite's rows are read past their driver, which asks more of SQLite for each column than it
/// takes to make the whole change; PostgreSQL's come in one piece.
/// </summary>
internal interface ILogRow
{
    bool IsNull(int column);

    /// <exception cref="InvalidOperationException">There is none. Likewise for the others.</exception>
    long GetNumber(int column);

    string GetText(int column);

    /// <summary>Text of a column that may be one of bytes.</summary>
    string GetValue(int column);

    /// <summary>Valid until the next row.</summary>
    ReadOnlySpan<byte> GetBytes(int column);

    long? FindNumber(int column) => IsNull(column) ? null : GetNumber(column);

    string? FindText(int column) => IsNull(column) ? null : GetText(column);
}

/// <summary>A row as its driver hands it out.</summary>
internal sealed class DriverRow(DbDataReader rows) : ILogRow
{
    public bool IsNull(int column) => rows.IsDBNull(column);

    public long GetNumber(int column) => rows.GetInt64(column);

    public string GetText(int column) => rows.GetString(column);

    public string GetValue(int column) => rows.GetString(column);

    public ReadOnlySpan<byte> GetBytes(int column) => rows.GetFieldValue<byte[]>(column);
}
