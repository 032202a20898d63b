using System.Text.Json;
using Microsoft.Data.Sqlite;
using Syntha.Storage.Log;
using Syntha.Storage.Sqlite.Connections;

namespace Syntha.Storage.Sqlite.Rows;

/// <summary>Writes the records of agents.</summary>
internal static class AgentRows
{
    public static void Write(SqliteConnection connection, IEnumerable<AgentRecord> agents)
    {
        var all = agents.ToList();
        var kept = all.Where(agent => !agent.IsEmpty).Select(agent => new[] { agent.Name.Value, StoredAgent.Write(agent) }).ToArray();
        var dropped = all.Where(agent => agent.IsEmpty).Select(agent => agent.Name.Value).ToArray();
        if (kept.Length > 0)
        {
            var json = JsonSerializer.Serialize(kept, StoredJson.Default.StringArrayArray);
            Sql.Run(connection, CommitStatements.KeepAgents, new { agents = json });
        }

        if (dropped.Length > 0)
        {
            Sql.Run(
                connection, CommitStatements.DropAgents, new { names = JsonSerializer.Serialize(dropped, StoredJson.Default.StringArray) });
        }
    }
}
