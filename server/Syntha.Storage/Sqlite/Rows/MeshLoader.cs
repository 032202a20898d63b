using Microsoft.Data.Sqlite;
using Syntha.Storage.Encryption;
using Syntha.Storage.Log;
using Syntha.Storage.Sqlite.Connections;

namespace Syntha.Storage.Sqlite.Rows;

/// <summary>Reads the current state of a mesh, as of one moment.</summary>
internal static class MeshLoader
{
    // In the order of the log, one seek by primary key for each row that holds a subject. LEFT JOIN shows missing rows.
    private const string SelectLive =
        $"SELECT {ChangeReader.Columns} FROM live LEFT JOIN changes ON changes.place = live.place ORDER BY live.place;";

    // The last row by primary key.
    private const string SelectLast = "SELECT max(place) FROM changes;";

    private const string SelectAgents = "SELECT name AS Name, record AS Record FROM agents;";

    // A file that cannot be written stays at its version, which may not have this table.
    private const string HasClaims = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'claims');";

    private const string SelectClaims = "SELECT name AS Name, record AS Record FROM claims;";

    public static StoredMesh Load(SqliteConnection connection, StoreKeys keys) => Sql.Snapshot(connection, () => Read(connection, keys));

    private static StoredMesh Read(SqliteConnection connection, StoreKeys keys)
    {
        var head = Sql.One<Head>(connection, Head.Select) ?? throw new FormatException("The head is gone.");
        if (Sql.One<long?>(connection, SelectLast) is { } last && new StoredPlace(last).Place.Revision > head.Revision)
        {
            throw new FormatException("The log reaches beyond the head.");
        }

        var mesh = new StoredMeshBuilder();
        using var cipher = DataKeyColumn.Cipher(connection, keys);
        using (var query = connection.CreateCommand())
        {
            query.CommandText = SelectLive;
            query.CommandTimeout = Sql.TimeoutSeconds;
            using var rows = query.ExecuteReader();
            var changes = new ChangeReader(new SqliteRow(rows), cipher, ChangeReader.ValueAt);
            while (rows.Read())
            {
                mesh.Add(changes.Read());
            }
        }
        var agents = Sql.All<Agent>(connection, SelectAgents).Select(agent => StoredAgent.Read(agent.Name, agent.Record));
        var claims = Sql.One<bool>(connection, HasClaims)
            ? Sql.All<Claim>(connection, SelectClaims).Select(claim => StoredClaim.Read(claim.Name, claim.Record).Claim)
            : [];
        return mesh.ToMesh(head.Position, head.OldestRevision, [.. agents], [.. claims]);
    }

    private sealed record Agent(string Name, string Record);

    private sealed record Claim(string Name, string Record);
}
