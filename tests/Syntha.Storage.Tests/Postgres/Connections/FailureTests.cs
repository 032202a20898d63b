using Dapper;
using Npgsql;
using Syntha.Storage.Ground;
using Syntha.Storage.Postgres;
using Syntha.Storage.Postgres.Connections;

namespace Syntha.Storage.Tests.Postgres.Connections;

/// <summary>The errors that callers get when the database fails.</summary>
public sealed class FailureTests : IAsyncLifetime
{
    private const string Inside = "relation \"user_alice.changes\" of SELECT";

    private PostgresNodes postgres = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => postgres = await PostgresNodes.CreateAsync();

    public ValueTask DisposeAsync() => postgres.DisposeAsync();

    [Theory]
    [InlineData(PostgresErrorCodes.DiskFull, "ERROR", nameof(StorePhase.Committing), ErrorReason.StoreFull)]
    [InlineData(PostgresErrorCodes.ReadOnlySqlTransaction, "ERROR", nameof(StorePhase.Committing), ErrorReason.StoreReadOnly)]
    [InlineData(PostgresErrorCodes.TooManyConnections, "FATAL", nameof(StorePhase.Opening), ErrorReason.StoreBusy)]
    [InlineData(PostgresErrorCodes.LockNotAvailable, "ERROR", nameof(StorePhase.Reading), ErrorReason.StoreBusy)]
    [InlineData(PostgresErrorCodes.QueryCanceled, "ERROR", nameof(StorePhase.Committing), ErrorReason.StoreBusy)]
    [InlineData(PostgresErrorCodes.UndefinedTable, "ERROR", nameof(StorePhase.Reading), ErrorReason.StoreCorrupt)]
    [InlineData(PostgresErrorCodes.DataCorrupted, "ERROR", nameof(StorePhase.Reading), ErrorReason.StoreCorrupt)]
    [InlineData(PostgresErrorCodes.AdminShutdown, "FATAL", nameof(StorePhase.Committing), ErrorReason.StoreDown)]
    [InlineData(PostgresErrorCodes.CannotConnectNow, "FATAL", nameof(StorePhase.Opening), ErrorReason.StoreDown)]
    [InlineData(PostgresErrorCodes.DivisionByZero, "ERROR", nameof(StorePhase.Committing), ErrorReason.StoreDown)]
    public void Translate_FailureOfPostgres_HasItsReasonAndTellsNothingOfTheInside(
        string state, string severity, string phase, ErrorReason reason)
    {
        var failure = PostgresErrors.Translate(new PostgresException(Inside, severity, severity, state), Enum.Parse<StorePhase>(phase))!;

        Assert.Equal(reason, failure.Reason);
        Assert.DoesNotContain("alice", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SELECT", failure.Message, StringComparison.Ordinal);
        Assert.Equal(reason is ErrorReason.StoreFull or ErrorReason.StoreBusy or ErrorReason.StoreDown, failure.RetryAfter is not null);
        // Only the end of a connection leaves it unknown whether a commit happened.
        Assert.Equal(state == PostgresErrorCodes.AdminShutdown, failure.Message.Contains("unknown", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(nameof(StorePhase.Committing), true)]
    [InlineData(nameof(StorePhase.Writing), false)]
    public void Translate_BrokenConnection_IsUnknownAtACommitOnly(string phase, bool isUnknown)
    {
        var failure = PostgresErrors.Translate(new NpgsqlException(Inside, new IOException(Inside)), Enum.Parse<StorePhase>(phase))!;

        Assert.Equal(ErrorReason.StoreDown, failure.Reason);
        Assert.Equal(isUnknown, failure.Message.Contains("unknown", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Load_AllConnectionsInUse_IsStoreBusy()
    {
        postgres.Options = postgres.Options with { PoolSize = 1, MaxWait = TimeSpan.FromMilliseconds(100) };
        var node = postgres.Start();
        var (one, other) = (await node.OpenAsync(UserIds.New()), await node.OpenAsync(UserIds.New()));

        await one.WriteAsync(async _ => await other.LoadAsync().FailsAsync(ErrorReason.StoreBusy), Token);

        Assert.Empty((await other.LoadAsync()).Items);
    }

    [Theory]
    [InlineData("53100", ErrorReason.StoreFull)]
    [InlineData("25006", ErrorReason.StoreReadOnly)]
    public async Task Commit_RefusedByTheDatabase_WritesNothing(string state, ErrorReason reason)
    {
        var user = UserIds.New();
        var store = await postgres.Start().OpenAsync(user);
        await postgres.ExecuteAsync(
            $"""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON {PostgresNodes.SchemaOf(user)}.live FOR EACH ROW EXECUTE FUNCTION refuse();
            """);

        await store.CommitAsync(Draft.Command(1, Draft.Push("a"))).FailsAsync(reason);

        Assert.Equal(0, (await store.ReadHeadAsync(Token)).Position.Revision);
        await postgres.ExecuteAsync($"DROP TRIGGER refuse ON {PostgresNodes.SchemaOf(user)}.live");
        await store.CommitAsync(Draft.Command(1, Draft.Push("a")));
        Assert.Single(await store.ReadAllAsync());
    }

    [Fact]
    public async Task Load_ConnectionsTerminated_FailsAtMostOncePerConnection()
    {
        var store = await postgres.Start().OpenAsync(UserIds.New());
        await store.CommitAsync(Draft.Command(1, Draft.Push("a")));
        await postgres.ExecuteAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

        // An idle connection of the pool is found to be broken only when it is used.
        for (var attempt = 0; attempt < postgres.Options.PoolSize; attempt++)
        {
            try
            {
                await store.LoadAsync();
            }
            catch (MeshException down)
            {
                Assert.Equal(ErrorReason.StoreDown, down.Reason);
            }
        }
        Assert.Single((await store.LoadAsync()).Items);
    }

    [Fact]
    public async Task GetCachedSql_After20Users_HoldsEachStatementOnce()
    {
        var node = postgres.Start();
        for (var user = 0; user < 20; user++)
        {
            await UseAsync(node);
        }

        var statements = SqlMapper.GetCachedSQL()
            .Select(entry => entry.Item2)
            .Where(sql => sql.Contains("'search_path'", StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(statements);
        Assert.Equal(statements.Distinct().Order(), statements.Order());
    }

    private static async Task UseAsync(PostgresStores node)
    {
        var store = await node.OpenAsync(UserIds.New());
        var pushed = Draft.Command(1, Draft.Push("a"), Draft.Agent(Draft.Subscribed("agent", "t")));
        await store.CommitAsync(pushed);
        await store.CommitAsync(Draft.Command(2, Draft.Push("a", over: pushed.Changes[0])));
        await store.LoadAsync();
        await store.ReadAllAsync();
    }
}
