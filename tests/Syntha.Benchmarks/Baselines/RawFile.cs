using Microsoft.Data.Sqlite;

namespace Syntha.Benchmarks.Baselines;

/// <summary>One SQLite file with one table, in the durable mode that our server promises. Not thread-safe.</summary>
internal sealed class RawFile : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteCommand insert;

    private RawFile(SqliteConnection connection)
    {
        this.connection = connection;
        insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO item (value) VALUES ($value)";
        insert.Parameters.AddWithValue("$value", BenchmarkValue.Json);
        insert.Prepare();
    }

    /// <summary>Opens the file, and creates it if it is missing.</summary>
    public static RawFile Open(string path)
    {
        // Opening is measured, and a pooled connection would keep the file open.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            Require(connection, "PRAGMA journal_mode = WAL", "wal");
            Execute(connection, "PRAGMA synchronous = FULL");
            Require(connection, "PRAGMA synchronous", "2");
            Execute(connection, "CREATE TABLE IF NOT EXISTS item (id INTEGER PRIMARY KEY, value TEXT NOT NULL)");
            return new RawFile(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public void InsertOneRow() => insert.ExecuteNonQuery();

    public void InsertRows(int count)
    {
        using var transaction = connection.BeginTransaction();
        insert.Transaction = transaction;
        for (var row = 0; row < count; row++)
        {
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
        insert.Transaction = null;
    }

    /// <summary>Reads every value and returns how many there were.</summary>
    public int ReadAll()
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, value FROM item";
        using var reader = command.ExecuteReader();
        var rows = 0;
        for (; reader.Read(); rows++)
        {
            _ = reader.GetString(1);
        }

        return rows;
    }

    public void Dispose()
    {
        insert.Dispose();
        connection.Dispose();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static void Require(SqliteConnection connection, string sql, string expected)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        var actual = Convert.ToString(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
        if (actual != expected)
        {
            throw new BenchmarkException($"{sql} answered {actual}, not {expected}: the baseline would not be durable.");
        }
    }
}
