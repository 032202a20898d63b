using System.Text;
using Syntha.Storage.Ground;
using Syntha.Storage.Postgres.Connections;

namespace Syntha.Storage.Postgres.Heads;

/// <summary>
/// Announces commits to other nodes, after the commits and outside of their transactions: a NOTIFY inside makes all commits of the database
/// queue up. Positions that come while one announcement is under way go with the next, so a busy node sends few. An announcement only
/// rings: a poll finds what is lost here. Thread-safe.
/// </summary>
internal sealed class Announcer(PostgresConnections connections, ILogger logger)
{
    public const string Channel = "syntha_heads";

    // PostgreSQL takes fewer than 8,000 bytes.
    private const int MaxPayload = 7_900;

    private const string Notify = $"SELECT pg_notify('{Channel}', payload) FROM unnest(@payloads) AS payload;";

    private readonly Lock gate = new();
    private Dictionary<string, Position> waiting = [];
    private bool isSending;
    private bool isFailing;

    /// <summary>By this name the node recognizes its own announcements.</summary>
    public string Node { get; } = Guid.NewGuid().ToString("N");

    public void Announce(string user, Position position)
    {
        lock (gate)
        {
            waiting[user] = position;
            if (isSending)
            {
                return;
            }

            isSending = true;
        }
        _ = SendAsync();
    }

    /// <summary>Reads an announcement. No heads: the text is not from a node.</summary>
    public static (string Node, IEnumerable<(string User, Position Position)> Heads) Parse(string payload)
    {
        var parts = payload.Split(' ');
        return (parts[0], parts.Skip(1).Chunk(3)
            .Where(head => head.Length == 3)
            .Select(
                head => (head[0], Position: long.TryParse(head[2], out var revision) ? new Position(head[1], revision) : Position.Empty))
            .Where(head => head.Position != Position.Empty));
    }

    private async Task SendAsync()
    {
        while (true)
        {
            try
            {
                await using var session = await connections.RentAsync(null, CancellationToken.None);
                var payloads = Write(Take());
                await session.RunAsync(Notify, new { payloads }, CancellationToken.None);
                isFailing = false;
            }
            catch (Exception failure)
            {
                Take();
                // Logged only when failing begins.
                if (!isFailing)
                {
                    StorageLog.AnnouncementFailed(logger, failure);
                }

                isFailing = true;
            }
            lock (gate)
            {
                if (waiting.Count == 0)
                {
                    isSending = false;
                    return;
                }
            }
        }
    }

    private Dictionary<string, Position> Take()
    {
        lock (gate)
        {
            var taken = waiting;
            waiting = [];
            return taken;
        }
    }

    // No part contains a space. User ids have none.
    private string[] Write(Dictionary<string, Position> heads)
    {
        var payloads = new List<string>();
        var payload = new StringBuilder(Node);
        foreach (var (user, position) in heads)
        {
            var head = $" {user} {position.Epoch} {position.Revision}";
            if (payload.Length + head.Length > MaxPayload)
            {
                payloads.Add(payload.ToString());
                payload.Clear().Append(Node);
            }
            payload.Append(head);
        }
        payloads.Add(payload.ToString());
        return [.. payloads];
    }
}
