using Syntha.Storage.Ground;
using Syntha.Storage.Postgres.Connections;

namespace Syntha.Storage.Postgres.Heads;

/// <summary>
/// Asks for heads, for all users together. Callers share a query that has not been sent yet, and never one that is under way: that one may
/// have been answered before the caller began, and before what was acknowledged since. Thread-safe.
/// </summary>
internal sealed class HeadQueries(HeadQueries.Ask ask)
{
    // A second one goes out while the first is under way, so that nobody waits for a whole foreign round trip before its own; more would
    // only make them smaller.
    private const int MaxUnderWay = 2;

    // By primary key. A server that only follows another one may be behind it.
    public const string Select =
        $"""
        SELECT user_id AS User, epoch AS Epoch, revision AS Revision, oldest_revision AS OldestRevision, pg_is_in_recovery() AS IsFollower,
          {DatabaseClock.Select} AS Now
        FROM syntha.heads WHERE user_id = ANY(@users);
        """;

    /// <summary>Sends one query. It takes the users, once, when nothing stands between it and the database any more.</summary>
    internal delegate Task<List<Row>> Ask(Func<string[]> users);

    private readonly Lock gate = new();
    private Dictionary<string, TaskCompletionSource<StoreHead>> waiting = [];
    private int underWay;

    // Somebody is on the way to take those who wait: whoever else sent a query now would find nobody to ask for.
    private bool isTaking;

    public static HeadQueries Over(PostgresConnections connections, DatabaseClock clock) => new(async users =>
    {
        await using var session = await connections.RentAsync(null, CancellationToken.None);
        // Only now, so that whoever came while a connection was awaited goes along.
        var rows = await session.AllAsync<Row>(Select, new { users = users() }, CancellationToken.None);
        if (rows.Count > 0)
        {
            clock.Hear(StoredTime.FromMicroseconds(rows[0].Now));
        }

        return rows;
    });

    public Task<StoreHead> ReadAsync(UserId user, CancellationToken cancellationToken)
    {
        TaskCompletionSource<StoreHead>? answer;
        bool starts;
        lock (gate)
        {
            if (!waiting.TryGetValue(user.Value, out answer))
            {
                waiting.Add(user.Value, answer = new(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            starts = !isTaking && underWay < MaxUnderWay;
            if (starts)
            {
                (underWay, isTaking) = (underWay + 1, true);
            }
        }
        if (starts)
        {
            _ = SendAsync();
        }

        return answer.Task.WaitAsync(cancellationToken);
    }

    // Never throws: every failure ends with the callers of its query.
    private async Task SendAsync()
    {
        while (true)
        {
            Dictionary<string, TaskCompletionSource<StoreHead>>? batch = null;
            try
            {
                var rows = await ask(() =>
                {
                    batch = Take();
                    return [.. batch.Keys];
                });
                Answer(batch!, rows);
            }
            catch (Exception failure)
            {
                foreach (var answer in (batch ?? Take()).Values)
                {
                    answer.TrySetException(failure);
                }
            }
            lock (gate)
            {
                if (waiting.Count == 0 || isTaking)
                {
                    underWay--;
                    return;
                }
                isTaking = true;
            }
        }
    }

    private Dictionary<string, TaskCompletionSource<StoreHead>> Take()
    {
        lock (gate)
        {
            var taken = waiting;
            (waiting, isTaking) = ([], false);
            return taken;
        }
    }

    private static void Answer(Dictionary<string, TaskCompletionSource<StoreHead>> batch, List<Row> rows)
    {
        foreach (var row in rows)
        {
            if (row.IsFollower)
            {
                throw StoreErrors.Down(new InvalidOperationException("The database only follows another one."), StorePhase.Reading);
            }

            batch[row.User].TrySetResult(row.Head);
        }
        // Whoever is left has no store any more.
        foreach (var answer in batch.Values)
        {
            answer.TrySetResult(StoreHead.Empty);
        }
    }

    internal sealed record Row(string User, string Epoch, long Revision, long OldestRevision, bool IsFollower, long Now)
    {
        public StoreHead Head => new(new(Epoch, Revision), OldestRevision);
    }
}
