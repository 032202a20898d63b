using System.Data.Common;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Syntha.Server.Tests.Streams.Recording;

/// <summary>
/// A user's log, read directly from the store. It is the standard for judging streams. Where the log is trimmed, a test reads it often
/// enough to see every row, and <see cref="With"/> joins the readings.
/// </summary>
internal sealed class LogTable
{
    private const string Columns =
        "place, kind, subject, CAST(value AS TEXT), author, topics, subscribers, "
            + "before_author, before_topics, before_subscribers, expires_at";

    private LogTable(List<LogRow> rows) => Rows = rows;

    public IReadOnlyList<LogRow> Rows { get; }

    public long Head => Rows.Count == 0 ? 0 : Rows[^1].Revision;

    /// <summary>Reads a SQLite file.</summary>
    public static LogTable ReadFile(string file)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString);
        return Read(connection, "changes");
    }

    /// <summary>Reads a PostgreSQL schema.</summary>
    public static LogTable ReadSchema(string database, string schema)
    {
        using var connection = new NpgsqlConnection(database);
        return Read(connection, $"\"{schema}\".changes");
    }

    private static LogTable Read(DbConnection connection, string table)
    {
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {Columns} FROM {table} ORDER BY place";
        using var reader = command.ExecuteReader();
        var rows = new List<LogRow>();
        while (reader.Read())
        {
            rows.Add(Read(reader));
        }

        return new(rows);
    }

    /// <summary>This log plus the rows of an earlier reading that it lacks.</summary>
    public LogTable With(LogTable earlier) => new(
        [.. earlier.Rows.Concat(Rows).DistinctBy(row => (row.Revision, row.Index)).OrderBy(row => (row.Revision, row.Index))]);

    /// <summary>
    /// The rows that hold an item each at a revision, by key. Items that are past their time may be among them until the log says so.
    /// </summary>
    public SortedDictionary<string, LogRow> ItemsAt(long revision)
    {
        var items = new SortedDictionary<string, LogRow>(StringComparer.Ordinal);
        foreach (var row in Rows.TakeWhile(row => row.Revision <= revision))
        {
            if (row.Kind is 1 or 2)
            {
                items[row.Subject] = row;
            }
            else if (row.Kind is 3 or 4)
            {
                items.Remove(row.Subject);
            }
        }
        return items;
    }

    /// <summary>The topics that an agent was subscribed to at a revision.</summary>
    public IReadOnlySet<string> SubscriptionsAt(string agent, long revision) =>
        Rows.LastOrDefault(row => row.Kind == 6 && row.Subject == agent && row.Revision <= revision) is { } row
            ? Subscriptions(row)
            : new HashSet<string>();

    /// <summary>The changes of an agent's stored record after a revision.</summary>
    public IEnumerable<LogRow> ChangesOf(string agent, long after) =>
        Rows.Where(row => row.Kind == 6 && row.Subject == agent && row.Revision > after);

    public static IReadOnlySet<string> Subscriptions(LogRow agent)
    {
        using var record = JsonDocument.Parse(agent.Value!);
        return record.RootElement.EnumerateObject()
            .First(property => property.Name.Equals("subscriptions", StringComparison.OrdinalIgnoreCase)).Value
            .EnumerateArray()
            .Select(one => one.EnumerateObject()
                .First(property => property.Name.Equals("topic", StringComparison.OrdinalIgnoreCase)).Value.GetString()!)
            .ToHashSet();
    }

    private static LogRow Read(DbDataReader row) => new(
        row.GetInt64(0) >> 24,
        (int)(row.GetInt64(0) & 0xFFFFFF),
        row.GetInt32(1),
        row.GetString(2),
        Text(row, 3),
        ReadRouting(row, 4),
        ReadRouting(row, 7),
        !row.IsDBNull(10));

    private static Routing ReadRouting(DbDataReader row, int first) => new(Text(row, first), Names(row, first + 1), Names(row, first + 2));

    private static string[] Names(DbDataReader row, int column) =>
        Text(row, column) is { } json ? JsonSerializer.Deserialize<string[]>(json)! : [];

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
