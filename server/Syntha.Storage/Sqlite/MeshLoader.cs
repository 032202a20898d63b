using Microsoft.Data.Sqlite;
using Syntha.Storage.Log;

namespace Syntha.Storage.Sqlite;

/// <summary>Reads all of a mesh's present as of one moment.</summary>
internal static class MeshLoader
{
    // In the order of the log, one seek by primary key for each row that holds a subject. LEFT JOIN shows rows that are missing.
    private const string SelectLive = $"SELECT {ChangeReader.Columns} FROM live LEFT JOIN changes ON changes.place = live.place ORDER BY live.place;";

    // The last row by primary key.
    private const string SelectLast = "SELECT max(place) FROM changes;";

    private const string SelectAgents = "SELECT name AS Name, record AS Record FROM agents;";

    public static StoredMesh Load(SqliteConnection connection)
    {
        Sql.Run(connection, "BEGIN DEFERRED;");
        try
        {
            return Read(connection);
        }
        finally
        {
            Sql.Run(connection, CommitStatements.Commit);
        }
    }

    private static StoredMesh Read(SqliteConnection connection)
    {
        var head = Sql.One<Head>(connection, Head.Select) ?? throw new FormatException("The head is gone.");
        if (Sql.One<long?>(connection, SelectLast) is { } last && new StoredPlace(last).Place.Revision > head.Revision)
            throw new FormatException("The log reaches beyond the head.");

        var items = new List<ContextItem>();
        var expired = new List<ExpiredItem>();
        using (var rows = Sql.Read(connection, SelectLive))
        {
            var changes = new ChangeReader(rows);
            while (rows.Read())
                Add(changes.Read(), items, expired);
        }
        var agents = Sql.All<Agent>(connection, SelectAgents).Select(agent => StoredAgent.Read(agent.Name, agent.Record));
        return new(head.Position, head.OldestRevision, items, expired, [.. agents]);
    }

    private static void Add(Change change, List<ContextItem> items, List<ExpiredItem> expired)
    {
        if (change.Item is { } item)
            items.Add(item);
        else if (change is { Kind: ChangeKind.Expired, Before: { } readers })
            expired.Add(new(ContextKey.Trusted(change.Subject), change.Place, readers));
        else
            throw new FormatException($"A change of kind {change.Kind} stands for an item.");
    }

    private sealed record Agent(string Name, string Record);
}
