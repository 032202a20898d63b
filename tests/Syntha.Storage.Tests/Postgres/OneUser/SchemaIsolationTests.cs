using Npgsql;
using Syntha.Storage.Names;
using Syntha.Tests.Support;

namespace Syntha.Storage.Tests.Postgres.OneUser;

/// <summary>What keeps one user's rows from another user, besides that no statement asks for them.</summary>
public sealed class SchemaIsolationTests : IAsyncLifetime
{
    private PostgresNodes postgres = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => postgres = await PostgresNodes.CreateAsync("CREATEROLE");

    public ValueTask DisposeAsync() => postgres.DisposeAsync();

    [Fact]
    public async Task Role_LoggedInDirectly_ReachesItsOwnRowsOnly()
    {
        postgres.Options = postgres.Options with { RolePerUser = true };
        var node = postgres.Start();
        var (alice, bob) = (UserIds.New(), UserIds.New());
        foreach (var user in new[] { alice, bob })
        {
            await (await node.OpenAsync(user)).CommitAsync(Draft.Command(1, Draft.Push("key")));
        }

        var role = $"user_{StoreName.Of(alice).Value}";
        await postgres.ExecuteAsync($"ALTER ROLE \"{role}\" LOGIN PASSWORD '{PostgresCluster.Password}'");
        await using var direct = await PostgresNodes.OpenAsync(postgres.Cluster.ConnectionString(postgres.Database, role));
        var (own, foreign) = (PostgresNodes.SchemaOf(alice), PostgresNodes.SchemaOf(bob));

        Assert.Equal(1L, await RunAsync(direct, $"SELECT count(*) FROM {own}.changes"));
        foreach (var statement in new[]
        {
            $"SELECT * FROM {foreign}.changes", $"SELECT * FROM {foreign}.live", $"SELECT * FROM {foreign}.agents",
            $"SELECT * FROM {foreign}.identity",
            $"INSERT INTO {foreign}.live VALUES (7)", $"SET ROLE {foreign}", $"SET ROLE {postgres.Database}",
            "SELECT * FROM syntha.heads", "SELECT * FROM syntha.installation", "UPDATE syntha.heads SET revision = 9",
            $"UPDATE {own}.identity SET user_id = 'x'", $"INSERT INTO {own}.identity VALUES ('x')", $"DELETE FROM {own}.identity",
            $"DROP TABLE {own}.changes", $"ALTER TABLE {own}.changes ADD COLUMN x int", $"CREATE TABLE {own}.x (a int)", "CREATE SCHEMA x",
        })
        {
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(direct, statement));
            Assert.Equal((statement, PostgresErrorCodes.InsufficientPrivilege), (statement, refusal.SqlState));
        }
        // A search path to the other schema finds nothing in it either.
        await RunAsync(direct, $"SET search_path = {foreign}");
        await Assert.ThrowsAsync<PostgresException>(() => RunAsync(direct, "SELECT * FROM changes"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Store_WhoseSchemaIsAnothersInTruth_IsCorruptAndTouchesNothing(bool rolePerUser)
    {
        postgres.Options = postgres.Options with { RolePerUser = rolePerUser };
        var node = postgres.Start();
        var (alice, bob) = (UserIds.New(), UserIds.New());
        var ofAlice = await node.OpenAsync(alice);
        await (await node.OpenAsync(bob)).CommitAsync(Draft.Command(1, Draft.Push("key", "\"of bob\"")));
        // As if alice's search path led to bob's schema: the rows under her name are his, and she has the rights.
        await postgres.ExecuteAsync($"ALTER SCHEMA {PostgresNodes.SchemaOf(alice)} RENAME TO away");
        await postgres.ExecuteAsync($"ALTER SCHEMA {PostgresNodes.SchemaOf(bob)} RENAME TO {PostgresNodes.SchemaOf(alice)}");
        if (rolePerUser)
        {
            await postgres.ExecuteAsync(
                $"""
                GRANT USAGE ON SCHEMA {PostgresNodes.SchemaOf(alice)} TO {PostgresNodes.SchemaOf(alice)};
                GRANT ALL ON ALL TABLES IN SCHEMA {PostgresNodes.SchemaOf(alice)} TO {PostgresNodes.SchemaOf(alice)};
                """);
        }

        await ofAlice.LoadAsync().FailsAsync(ErrorReason.StoreCorrupt);
        await ofAlice.ReadAllAsync().FailsAsync(ErrorReason.StoreCorrupt);
        var wasCalled = false;
        await ofAlice.WriteAsync(
            turn =>
            {
                wasCalled = true;
                return turn.CommitAsync([Draft.Command(1, Draft.Push("key"))]);
            },
            Token).FailsAsync(ErrorReason.StoreCorrupt);
        await ofAlice.TrimAsync(new(0, 0, TimeSpan.FromDays(1))).FailsAsync(ErrorReason.StoreCorrupt);

        Assert.False(wasCalled);
        Assert.Equal(
            "\"of bob\"", await postgres.ExecuteAsync($"SELECT string_agg(value, ',') FROM {PostgresNodes.SchemaOf(alice)}.changes"));
        Assert.Equal(1L, await postgres.ExecuteAsync("SELECT sum(revision)::bigint FROM syntha.heads"));
    }

    [Fact]
    public async Task Store_WhoseSchemaIsGone_IsCorruptForThatUserAlone()
    {
        var node = postgres.Start();
        var (alice, bob) = (UserIds.New(), UserIds.New());
        var (ofAlice, ofBob) = (await node.OpenAsync(alice), await node.OpenAsync(bob));
        await postgres.ExecuteAsync($"DROP SCHEMA {PostgresNodes.SchemaOf(alice)} CASCADE");

        await ofAlice.LoadAsync().FailsAsync(ErrorReason.StoreCorrupt);
        await ofAlice.CommitAsync(Draft.Command(1, Draft.Push("a"))).FailsAsync(ErrorReason.StoreCorrupt);

        await ofBob.CommitAsync(Draft.Command(1, Draft.Push("a")));
    }

    [Fact]
    public async Task Open_SchemaWithoutAHead_IsCorruptAndStaysAsItIs()
    {
        var node = postgres.Start();
        var user = UserIds.New();
        await node.OpenAsync(user);
        await postgres.ExecuteAsync("DELETE FROM syntha.heads");

        Assert.Null(await node.FindAsync(user));
        await node.OpenAsync(user, StoreRight.Unbound, Token).FailsAsync(ErrorReason.StoreCorrupt);
    }

    [Fact]
    public async Task Open_RolesSwitchedOnLater_GivesRolesToThoseWhoHaveNone()
    {
        var user = UserIds.New();
        await (await postgres.Start().OpenAsync(user)).CommitAsync(Draft.Command(1, Draft.Push("a")));
        postgres.Options = postgres.Options with { RolePerUser = true };

        var store = (await postgres.Start().FindAsync(user))!;
        await store.CommitAsync(Draft.Command(2, Draft.Push("b"), Draft.Agent(Draft.Subscribed("agent", "t"))));

        Assert.Equal(2, (await store.LoadAsync()).Items.Count);
        Assert.Equal(true, await postgres.ExecuteAsync("SELECT has_role FROM syntha.heads"));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public async Task Open_DumpRestoredWhereTheRoleIsNot_GivesTheRoleAnew(bool rolePerUser, bool isRoleThere)
    {
        postgres.Options = postgres.Options with { RolePerUser = true };
        var user = UserIds.New();
        await (await postgres.Start().OpenAsync(user)).CommitAsync(Draft.Command(1, Draft.Push("a")));
        // What pg_restore leaves: it cannot grant rights to a role that does not exist.
        var role = PostgresNodes.SchemaOf(user);
        await postgres.ExecuteAsync($"DROP OWNED BY {role}");
        if (!isRoleThere)
        {
            await postgres.ExecuteAsync($"DROP ROLE {role}");
        }

        postgres.Options = postgres.Options with { RolePerUser = rolePerUser };
        var store = (await postgres.Start().FindAsync(user))!;
        await store.CommitAsync(Draft.Command(2, Draft.Push("b"), Draft.Agent(Draft.Subscribed("agent", "t"))));

        Assert.Equal(2, (await store.LoadAsync()).Items.Count);
        Assert.Equal(3, (await store.ReadAllAsync()).Length);
    }

    [Fact]
    public async Task Open_ManyNewUsersWithRolesAtOnce_CanAllBeUsed()
    {
        postgres.Options = postgres.Options with { RolePerUser = true, PoolSize = 8 };
        var node = postgres.Start();

        var eight = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Token };
        await Parallel.ForEachAsync(Enumerable.Range(0, 40), eight, async (_, _) =>
        {
            var store = await node.OpenAsync(UserIds.New());
            await store.CommitAsync(Draft.Command(1, Draft.Push("a")));
            Assert.Single(await store.ReadAllAsync());
        });
    }

    private static async Task<object?> RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Token);
    }
}
