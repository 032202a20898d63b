using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Syntha.Storage.Sqlite.Connections;

/// <summary>
/// A statement that stays prepared as long as its connection is open, and is bound and run by SQLite's own calls. The driver looks up each
/// parameter by its name, makes an object of each value and a reader for each run. For the rows of a commit that took longer than SQLite
/// itself. Parameters are numbered from 1. A parameter that is not bound is NULL. Not thread-safe.
/// </summary>
internal sealed class BoundStatement : IDisposable
{
    private const int UsualTextBytes = 1024;

    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;
    private readonly byte[] text = new byte[UsualTextBytes];

    public BoundStatement(SqliteConnection connection, string sql)
    {
        database = connection.Handle!;
        Demand(raw.sqlite3_prepare_v2(database, sql, out statement));
    }

    public void Bind(int parameter, long number) => Demand(raw.sqlite3_bind_int64(statement, parameter, number));

    public void Bind(int parameter, ReadOnlySpan<byte> bytes) => Demand(raw.sqlite3_bind_blob(statement, parameter, bytes));

    /// <summary>Null leaves the parameter as it is: NULL.</summary>
    public void BindText(int parameter, string? value)
    {
        // SQLite's binding takes an empty run of bytes for NULL.
        if (value is { Length: 0 })
        {
            Demand(raw.sqlite3_bind_text(statement, parameter, value));
        }
        else if (value is not null)
        {
            BindUtf8(parameter, value, isText: true);
        }
    }

    /// <summary>Binds the UTF-8 bytes of text that is not empty. Null leaves the parameter as it is: NULL.</summary>
    public void BindBytesOf(int parameter, string? value)
    {
        if (value is not null)
        {
            BindUtf8(parameter, value, isText: false);
        }
    }

    /// <summary>Runs a statement without a result, and forgets what was bound.</summary>
    /// <returns>How many rows it touched. For a statement that touches none, the number of the one before.</returns>
    public int Run()
    {
        try
        {
            if (Step())
            {
                throw new InvalidOperationException("The statement has a result.");
            }

            return raw.sqlite3_changes(database);
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Goes to the next row of the result. After the last use of the rows, <see cref="Reset"/> is due.</summary>
    /// <exception cref="SqliteException">The statement failed.</exception>
    public bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code != raw.SQLITE_ROW && code != raw.SQLITE_DONE)
        {
            SqliteException.ThrowExceptionForRC(code, database);
        }

        return code == raw.SQLITE_ROW;
    }

    public long GetNumber(int column) => raw.sqlite3_column_int64(statement, column);

    /// <summary>The bytes stay there until the next step or reset.</summary>
    public ReadOnlySpan<byte> GetBytes(int column) => raw.sqlite3_column_blob(statement, column);

    public string? FindText(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL
        ? null
        : raw.sqlite3_column_text(statement, column).utf8_to_string();

    /// <summary>
    /// Ends the run, and forgets what was bound: SQLite would keep the values. A failure of the run was thrown by its step.
    /// </summary>
    public void Reset()
    {
        _ = raw.sqlite3_reset(statement);
        _ = raw.sqlite3_clear_bindings(statement);
    }

    public void Dispose() => statement.Dispose();

    private void BindUtf8(int parameter, string value, bool isText)
    {
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        var bytes = most <= text.Length ? text : ArrayPool<byte>.Shared.Rent(most);
        var written = bytes.AsSpan(0, Encoding.UTF8.GetBytes(value, bytes));
        var code = isText
            ? raw.sqlite3_bind_text(statement, parameter, written)
            : raw.sqlite3_bind_blob(statement, parameter, written);
        if (bytes != text)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }

        Demand(code);
    }

    private void Demand(int code) => SqliteException.ThrowExceptionForRC(code, database);
}
