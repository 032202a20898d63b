using Syntha.Storage.Options;
using Syntha.Storage.Postgres.Connections;
using Syntha.Storage.Postgres.Heads;

namespace Syntha.Storage.Postgres.AllUsers;

/// <summary>Gives all users new epochs, in one statement, and tells all nodes.</summary>
internal sealed class PostgresEpochRenewal(PostgresConnections connections, PostgresOptions options, HeadWatch watch)
{
    private const string SetLockTimeout = "BEGIN; SELECT set_config('lock_timeout', @lockTimeout, true);";

    // The whole table, each row under the lock that its writers take.
    private const string SetEpochs =
        $"""
        UPDATE syntha.heads SET {HeadRow.NewEpoch}
        RETURNING user_id AS User, epoch AS Epoch, revision AS Revision;
        """;

    public async Task<StoreCount> RunAsync(CancellationToken cancellationToken)
    {
        var session = await connections.RentAsync(null, cancellationToken);
        List<Renewed> renewed;
        await using (session)
        {
            await session.RunAsync(SetLockTimeout, new { lockTimeout = options.LockMilliseconds }, cancellationToken);
            renewed = await session.AllAsync<Renewed>(SetEpochs, null, cancellationToken);
            await session.RunAsync("COMMIT;", null, CancellationToken.None);
        }
        foreach (var head in renewed)
        {
            watch.Announce(UserId.Trusted(head.User), new(head.Epoch, head.Revision));
        }

        return new(renewed.Count, 0, renewed.Count);
    }

    private sealed record Renewed(string User, string Epoch, long Revision);
}
