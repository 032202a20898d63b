using Syntha.Storage.Ground;
using Syntha.Storage.Postgres.Connections;

namespace Syntha.Storage.Postgres.Heads;

/// <summary>
/// Polls the heads of the users with streams, in one query each time. For one caller at a time. The query reads the heads that have not
/// moved as well: 10,000 of 100,000 heads take the database 22 ms. To send what is known and get back what has moved takes it four times as
/// long, and a counter that finds the moved heads would be an index that each commit writes.
/// </summary>
internal sealed class HeadPoll(PostgresConnections connections, HeadWatch watch, TimeSpan interval, TimeProvider time, ILogger logger)
{
    private bool isFailing;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await PollAsync(cancellationToken);
        }
    }

    /// <summary>Polls once. A failure is logged only when failing begins. The next poll tries again.</summary>
    public async Task PollAsync(CancellationToken cancellationToken)
    {
        var users = watch.Users;
        if (users.Length == 0)
        {
            return;
        }

        try
        {
            await using var session = await connections.RentAsync(null, cancellationToken);
            var rows = await session.AllAsync<HeadQueries.Row>(HeadQueries.Select, new { users }, cancellationToken);
            foreach (var row in rows)
            {
                watch.Hear(row.User, row.Head.Position, isPolled: true);
            }

            foreach (var user in users.Except(rows.Select(row => row.User)))
            {
                watch.Hear(user, HeadWatch.Gone);
            }

            isFailing = false;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            if (!isFailing)
            {
                StorageLog.PollFailed(logger, failure);
            }

            isFailing = true;
        }
    }
}
