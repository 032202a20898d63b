using Dapper;

namespace Syntha.Storage.Tests.Ground;

/// <summary>Runs alone, because the cache that it counts belongs to the process.</summary>
[Collection(nameof(StatementCacheTests))]
[CollectionDefinition(nameof(StatementCacheTests), DisableParallelization = true)]
public sealed class StatementCacheTests
{
    [Fact]
    public async Task GetCachedSqlCount_After200Users_IsWhatItWasAfterOne()
    {
        await using var sqlite = new SqliteFixture(new() { MaxOpenStores = 16 });
        await UseAsync(sqlite);
        var afterOne = SqlMapper.GetCachedSQLCount();

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 200), TestContext.Current.CancellationToken, async (_, _) => await UseAsync(sqlite));

        Assert.NotEqual(0, afterOne);
        Assert.Equal(afterOne, SqlMapper.GetCachedSQLCount());
    }

    // All statements.
    private static async Task UseAsync(SqliteFixture sqlite)
    {
        var store = await sqlite.Stores.OpenAsync(UserIds.New());
        var pushed = Draft.Command(1, Draft.Push("a"), Draft.Agent(Draft.Subscribed("agent", "t")));
        await store.CommitAsync(pushed);
        await store.CommitAsync(Draft.Command(2, Draft.Push("a", over: pushed.Changes[0]), Draft.Agent(new(AgentName.Trusted("agent")))));
        await store.FindRequestsAsync(Guid.NewGuid());
        await store.LoadAsync();
        await store.ReadAllAsync();
        await store.TrimAsync(new(0, 0, TimeSpan.Zero));
    }
}
