using System.Diagnostics;
using Npgsql;

namespace Syntha.Storage.Tests.Postgres.OneUser;

/// <summary>Counts the round trips of each operation, because one more would go unnoticed.</summary>
public sealed class RoundTripTests : IAsyncLifetime
{
    private PostgresNodes postgres = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => postgres = await PostgresNodes.CreateAsync();

    public ValueTask DisposeAsync() => postgres.DisposeAsync();

    [Fact]
    public async Task Operations_OfAUser_TakeSoManyRoundTrips()
    {
        // Without a listener, because its own round trips would come in between. The announcement of a commit comes at any time after it,
        // and is part of no operation.
        postgres.Options = postgres.Options with { BehindPgBouncer = true };
        var store = await postgres.Start().OpenAsync(UserIds.New());
        var request = Draft.Request(Guid.NewGuid());

        var commit = await CountAsync(() => store.WriteAsync(
            () => [request.Id],
            async turn =>
            {
                await turn.FindRequestsAsync([request.Id]);
                await turn.CommitAsync([Draft.Command(1, request, Draft.Push("a"), Draft.Agent(Draft.Subscribed("agent", "t")))]);
            },
            Token));

        Assert.Equal(2, commit);
        Assert.Equal(1, await CountAsync(() => store.LoadAsync()));
        Assert.Equal(1, await CountAsync(() => store.ReadAllAsync()));
        Assert.Equal(1, await CountAsync(() => store.ReadHeadAsync(Token).AsTask()));
        Assert.InRange(await CountAsync(() => store.TrimAsync(new(0, 0, TimeSpan.FromDays(1)))), 3, 3);
    }

    [Fact]
    public async Task ReadHead_CallersAtOnce_ShareQueries()
    {
        var node = postgres.Start();
        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => node.OpenAsync(UserIds.New())));

        await using var locking = await postgres.ConnectAsync();
        await using var transaction = await locking.BeginTransactionAsync(Token);
        await using var locks = new NpgsqlCommand("LOCK TABLE syntha.heads", locking);
        await locks.ExecuteNonQueryAsync(Token);

        var queries = await CountAsync(async () =>
        {
            // No query is answered before all callers have asked.
            var all = Task.WhenAll(Enumerable.Range(0, 200).Select(number => stores[number % 8].ReadHeadAsync(Token).AsTask()));
            await postgres.AwaitBlockedAsync();
            await transaction.CommitAsync(Token);
            await all;
        });

        // Two queries may be under way, and one more serves all callers that came later.
        Assert.InRange(queries, 1, 3);
    }

    private async Task<int> CountAsync(Func<Task> work)
    {
        var count = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TagObjects.Any(tag => tag.Key is "db.namespace" or "db.name" && (string?)tag.Value == postgres.Database) &&
                    activity.TagObjects.FirstOrDefault(tag => tag.Key is "db.query.text" or "db.statement").Value is string statement &&
                    !statement.Contains("pg_notify", StringComparison.Ordinal)
                        && !statement.Contains("pg_stat_activity", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref count);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await work();
        return count;
    }
}
