using Syntha.Storage.Ground;
using Syntha.Storage.Postgres.Connections;

namespace Syntha.Storage.Postgres.Heads;

/// <summary>
/// Asks the database for heads, for many users in one query. Callers share a query that was not sent yet. They never share one that is
/// under way: the database may have answered it before the caller began, and before commits that were acknowledged since. Thread-safe.
/// </summary>
internal sealed class HeadQueries(HeadQueries.Ask ask)
{
    // A second query may be sent while the first one is under way, so a caller never waits for a whole foreign round trip before its own.
    // More queries would only make each smaller.
    private const int MaxUnderWay = 2;

    // By primary key. A server that only follows another one may be behind it.
    public const string Select =
        $"""
        SELECT user_id AS User, epoch AS Epoch, revision AS Revision, oldest_revision AS OldestRevision, pg_is_in_recovery() AS IsFollower,
          {DatabaseClock.Select} AS Now
        FROM syntha.heads WHERE user_id = ANY(@users);
        """;

    /// <summary>Sends one query. It takes the users once, when nothing is left between it and the database.</summary>
    internal delegate Task<List<Row>> Ask(Func<string[]> users);

    private readonly Lock gate = new();
    private Dictionary<string, TaskCompletionSource<StoreHead>> waiting = [];
    private int underWay;

    // True while a query is on the way to take the waiting callers. Another query sent now would find no callers.
    private bool isTaking;

    public static HeadQueries Over(PostgresConnections connections, DatabaseClock clock) => new(async users =>
    {
        await using var session = await connections.RentAsync(null, CancellationToken.None);
        // Taken only now, so that callers that came while a connection was awaited go along.
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

    // Never throws. The callers of the query get the failure.
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
        // Users without a row have no store any more.
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
