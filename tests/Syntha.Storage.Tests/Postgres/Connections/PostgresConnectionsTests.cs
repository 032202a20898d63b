using Syntha.Storage.Postgres.Connections;

namespace Syntha.Storage.Tests.Postgres.Connections;

/// <summary>The connection of the pool that a user gets. Each connection keeps memory about every schema that it has touched.</summary>
public sealed class PostgresConnectionsTests : IAsyncLifetime
{
    private const int PoolSize = 3;

    private PostgresNodes postgres = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        postgres = await PostgresNodes.CreateAsync();
        postgres.Options = postgres.Options with { PoolSize = PoolSize, ListenConnectionString = null };
    }

    public ValueTask DisposeAsync() => postgres.DisposeAsync();

    [Fact]
    public async Task Users_OneAfterTheOther_KeepTheirConnections()
    {
        var connections = postgres.Start().Connections;
        var users = Enumerable.Range(0, 40).Select(_ => UserIds.New()).ToList();
        var first = new Dictionary<UserId, int>();
        foreach (var user in users)
        {
            first[user] = await ProcessOfAsync(connections, user);
        }

        foreach (var user in users.AsEnumerable().Reverse())
        {
            Assert.Equal(first[user], await ProcessOfAsync(connections, user));
        }

        // By the hash of the names. It is out of the question that all forty share one or two.
        Assert.Equal(PoolSize, first.Values.Distinct().Count());
    }

    [Fact]
    public async Task User_WhoseConnectionIsInUse_GetsAnyThatIsFree()
    {
        var connections = postgres.Start().Connections;
        var (alice, held, processes) = (UserIds.New(), new List<PostgresSession>(), new HashSet<int>());
        foreach (var user in new[] { alice, alice, UserIds.New() })
        {
            held.Add(await connections.RentAsync(user, Token));
            processes.Add(await ProcessAsync(held[^1]));
        }
        Assert.Equal(PoolSize, processes.Count);

        var waiting = connections.RentAsync(alice, Token).AsTask();
        Assert.False(waiting.IsCompleted);
        var given = await ProcessAsync(held[1]);
        await held[1].DisposeAsync();

        await using var last = await waiting;
        Assert.Equal(given, await ProcessAsync(last));
        await held[0].DisposeAsync();
        await held[2].DisposeAsync();
    }

    [Fact]
    public async Task User_WithManyCalls_LeavesConnectionsToOthers()
    {
        var connections = postgres.Start().Connections;
        var (alice, bob) = (UserIds.New(), UserIds.New());
        // Of three connections, one user has two at the most.
        var first = await connections.RentAsync(alice, Token);
        var second = await connections.RentAsync(alice, Token);
        using var givenUp = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, 50).Select(_ => connections.RentAsync(alice, Token).AsTask()).ToList();
        var cancelled = connections.RentAsync(alice, givenUp.Token).AsTask();

        for (var round = 0; round < 5; round++)
        {
            await ProcessOfAsync(connections, bob);
        }

        Assert.All(waiting, rent => Assert.False(rent.IsCompleted));
        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await first.DisposeAsync();
        await second.DisposeAsync();
        foreach (var rent in waiting)
        {
            await (await rent).DisposeAsync();
        }
        Assert.Equal(0, connections.InUse);
    }

    [Fact]
    public async Task Connection_ThatHasMetManyUsers_GivesWayToANewOne()
    {
        postgres.Options = postgres.Options with { PoolSize = 1, UsersPerConnection = 3 };
        var connections = postgres.Start().Connections;
        var (alice, bob, carol, dave) = (UserIds.New(), UserIds.New(), UserIds.New(), UserIds.New());
        var first = await ProcessOfAsync(connections, alice);
        foreach (var user in new[] { bob, alice, carol, bob, alice })
        {
            Assert.Equal(first, await ProcessOfAsync(connections, user));
        }
        // A caller that touches no schema does not count.
        Assert.Equal(first, await ProcessOfAsync(connections, null));

        var second = await ProcessOfAsync(connections, dave);

        Assert.NotEqual(first, second);
        foreach (var user in new[] { alice, bob, dave })
        {
            Assert.Equal(second, await ProcessOfAsync(connections, user));
        }

        Assert.NotEqual(second, await ProcessOfAsync(connections, carol));
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(PerUserStatement.Copies + 3, PerUserStatement.Copies)]
    public async Task Statements_OfTheUsersWhoCameLast_AreTheirOwn(int users, int copies)
    {
        postgres.Options = postgres.Options with { PoolSize = 1 };
        var node = postgres.Start();
        var stores = new List<IUserStore>();
        for (var number = 0; number < users; number++)
        {
            stores.Add(await node.OpenAsync(UserIds.New()));
        }

        // Often enough for all statements to be prepared.
        for (var revision = 1; revision <= 4; revision++)
        {
            foreach (var store in stores)
            {
                await store.CommitAsync(Draft.Command(revision, Draft.Push($"key/{revision}", $"{stores.IndexOf(store)}")));
            }
        }

        await using (var session = await node.Connections.RentAsync(null, Token))
        {
            Assert.Equal(copies, await session.OneAsync<int>(
                "SELECT count(*)::integer FROM pg_prepared_statements WHERE statement LIKE '%INSERT INTO live%'", null, Token));
        }
        // Each row is in the schema of its user, with any copy of the statements.
        foreach (var store in stores)
        {
            Assert.All((await store.LoadAsync()).Items, item => Assert.Equal($"{stores.IndexOf(store)}", item.ValueJson));
        }
    }

    private static async Task<int> ProcessOfAsync(PostgresConnections connections, UserId? user)
    {
        await using var session = await connections.RentAsync(user, Token);
        return await ProcessAsync(session);
    }

    private static Task<int> ProcessAsync(PostgresSession session) => session.OneAsync<int>("SELECT pg_backend_pid()", null, Token);
}
