using System.Data.Common;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Npgsql;
using Syntha.Tests.Support;

namespace Syntha.Server.Tests.Support;

/// <summary>The changes of claims in a user's log, read directly from the store, and the times of all commands.</summary>
internal sealed record ClaimTable(IReadOnlyList<ClaimRow> Rows, IReadOnlyDictionary<long, DateTimeOffset> Times)
{
    public static ClaimTable ReadFile(string file)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString);
        return Read(connection, "changes");
    }

    public static ClaimTable ReadSchema(string database, string schema)
    {
        using var connection = new NpgsqlConnection(database);
        return Read(connection, $"\"{schema}\".changes");
    }

    /// <summary>Proves what claims promise, and that each write under a token was made while its caller held the claim.</summary>
    public ClaimChecker Verify(IEnumerable<(long Revision, string Name, long Token)> writes) => ClaimChecker.Verify(
        Rows, writes.Select(write => new GuardedWrite(write.Revision, Times[write.Revision], write.Name, write.Token)));

    private static ClaimTable Read(DbConnection connection, string table)
    {
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            $"SELECT place, time, kind, subject, CASE WHEN kind >= 8 THEN CAST(value AS TEXT) END FROM {table} ORDER BY place";
        using var reader = command.ExecuteReader();
        var (rows, times) = (new List<ClaimRow>(), new Dictionary<long, DateTimeOffset>());
        while (reader.Read())
        {
            var (place, time) = (reader.GetInt64(0), Time(reader.GetInt64(1)));
            times[place >> 24] = time;
            if (reader.GetInt32(2) is >= 8 and <= 11 and var kind)
            {
                rows.Add(Row(place, time, kind - 8, reader.GetString(3), reader.GetString(4)));
            }
        }

        return new(rows, times);
    }

    private static ClaimRow Row(long place, DateTimeOffset time, int kind, string name, string json)
    {
        using var record = JsonDocument.Parse(json);
        var isHeld = record.RootElement.TryGetProperty("hold", out var hold);
        return new(
            place >> 24, (int)(place & 0xFFFFFF), time, (ClaimRowKind)kind, name,
            isHeld ? Who(hold) : null,
            isHeld ? hold.GetProperty("revision").GetInt64() : 0,
            isHeld ? Time(hold.GetProperty("until").GetInt64()) : default,
            record.RootElement.TryGetProperty("line", out var line)
                ? [.. line.EnumerateArray().Select(ticket => new ClaimRowTicket(
                    $"{ticket.GetProperty("id").GetString()} {Who(ticket)}", Who(ticket), Time(ticket.GetProperty("until").GetInt64())))]
                : []);
    }

    private static string Who(JsonElement party) =>
        party.TryGetProperty("agent", out var agent) ? agent.GetString()! : ClaimChecker.Owner;

    private static DateTimeOffset Time(long microseconds) => DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds);
}
