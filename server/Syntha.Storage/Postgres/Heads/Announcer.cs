using System.Text;
using Syntha.Storage.Ground;
using Syntha.Storage.Postgres.Connections;

namespace Syntha.Storage.Postgres.Heads;

/// <summary>
/// Tells other nodes of commits, after them and outside of their transactions: a NOTIFY within one makes all commits of the database queue
/// up. What comes while one announcement is under way goes with the next, so that a busy node sends few. Only a doorbell: what is lost
/// here, the poll finds. Thread-safe.
/// </summary>
internal sealed class Announcer(PostgresConnections connections, ILogger logger)
{
    public const string Channel = "syntha_heads";

    // PostgreSQL takes less than 8,000.
    private const int MaxPayload = 7_900;

    private const string Notify = $"SELECT pg_notify('{Channel}', payload) FROM unnest(@payloads) AS payload;";

    private readonly Lock gate = new();
    private Dictionary<string, Position> waiting = [];
    private bool isSending;
    private bool isFailing;

    /// <summary>By which this node knows its own announcements again.</summary>
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

    /// <summary>The other direction: what a node has announced. Nothing where the text is not from one.</summary>
    public static (string Node, IEnumerable<(string User, Position Position)> Heads) Parse(string payload)
    {
        var parts = payload.Split(' ');
        return (parts[0], parts.Skip(1).Chunk(3)
            .Where(head => head.Length == 3)
            .Select(head => (head[0], Position: long.TryParse(head[2], out var revision) ? new Position(head[1], revision) : Position.Empty))
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
                // Once for each time that it begins.
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

    // No part has a space in it: user ids have none.
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
