using Microsoft.Extensions.Logging;
using Npgsql;
using Syntha.Storage.Ground;
using Syntha.Storage.Postgres.Heads;
using Syntha.Storage.Postgres.Schema;

namespace Syntha.Storage.Tests.Postgres.Schema;

/// <summary>The start of a server: databases that cannot be used, and migrations that are due.</summary>
public sealed class InstallationTests : IAsyncLifetime
{
    private const int Migrating = 2102;
    private const int MigrationFailed = 2104;
    private const int ManyRoles = 2105;
    private const string AddTable = "CREATE TABLE added (a integer);";

    private static readonly Installation.Server Usable = new(
        150_000, "UTF8", "on", "on", IsFollower: false, Now: 0, MayCreate: true, MayCreateRoles: true, Roles: 0);

    private PostgresNodes postgres = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => postgres = await PostgresNodes.CreateAsync();

    public ValueTask DisposeAsync() => postgres.DisposeAsync();

    [Theory]
    [InlineData("Password=wrong secret", "does not accept")]
    [InlineData("Username=nobody_at_all", "does not accept")]
    [InlineData("Database=not_there", "has no database 'not_there'")]
    [InlineData("Port=1", "cannot be reached")]
    public async Task Start_NoWayIn_SaysWhyInOneLine(string part, string why)
    {
        postgres.Options = postgres.Options with { ConnectionString = $"{postgres.ConnectionString};{part}" };

        Assert.Contains(why, await RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_LoginThatMayNotMakeSchemas_NamesTheGrant()
    {
        await postgres.ExecuteAsync($"ALTER DATABASE {postgres.Database} OWNER TO CURRENT_USER");
        await postgres.ExecuteAsync($"REVOKE ALL ON DATABASE {postgres.Database} FROM {postgres.Database}");

        Assert.Contains($"GRANT CREATE ON DATABASE \"{postgres.Database}\" TO", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_RolesWithoutTheRightToMakeThem_NamesTheGrant()
    {
        postgres.Options = postgres.Options with { RolePerUser = true };

        Assert.Contains($"ALTER ROLE \"{postgres.Database}\" CREATEROLE", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DatabaseThatAcknowledgesTooEarly_IsRefused()
    {
        await postgres.ExecuteAsync($"ALTER ROLE {postgres.Database} SET synchronous_commit = off");

        Assert.Contains("synchronous_commit", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DatabaseInAnotherEncoding_NamesTheOneItNeeds()
    {
        var database = $"{postgres.Database}_latin";
        await postgres.ExecuteAsync(
            $"CREATE DATABASE {database} OWNER {postgres.Database} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");
        postgres.Options = postgres.Options with { ConnectionString = $"{postgres.ConnectionString};Database={database}" };

        Assert.Contains($"'{database}' in LATIN1; create it with ENCODING 'UTF8'", await RefusalAsync(), StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Servers { get; } = new()
    {
        { "version 13", "is version 13, which is too old; the server needs 14 or later" },
        { "another encoding", "in SQL_ASCII; create it with ENCODING 'UTF8'" },
        { "a follower", "must lead to the one that takes writes" },
        { "without fsync", "set fsync and synchronous_commit to on" },
        { "without synchronous commits", "set fsync and synchronous_commit to on" },
        { "without the right to make schemas", "GRANT CREATE ON DATABASE" },
        { "without the right to make roles", "CREATEROLE" },
    };

    [Theory]
    [MemberData(nameof(Servers))]
    public void Check_ServerThatCannotBeUsed_SaysWhyAndWhatToDo(string what, string told)
    {
        var refusal = Assert.Throws<StorageUnusableException>(() => Check(Usable with
        {
            Version = what == "version 13" ? 139_999 : Usable.Version,
            Encoding = what == "another encoding" ? "SQL_ASCII" : Usable.Encoding,
            IsFollower = what == "a follower",
            Fsync = what == "without fsync" ? "off" : Usable.Fsync,
            SynchronousCommit = what == "without synchronous commits" ? "off" : Usable.SynchronousCommit,
            MayCreate = what != "without the right to make schemas",
            MayCreateRoles = what != "without the right to make roles",
        }));

        Assert.Contains(told, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Theory]
    [InlineData(999, true, false)]
    [InlineData(1_000, true, true)]
    [InlineData(1_000, false, false)]
    public void Check_LoginWithSoManyRoles_WarnsWhereEachUserGetsOne(int roles, bool isRolePerUser, bool isWarned)
    {
        using var logs = new LogRecorder();

        Check(Usable with { Roles = roles }, isRolePerUser, logs);

        Assert.Equal(isWarned ? [(ManyRoles, LogLevel.Warning)] : [], logs.Entries.Select(entry => (entry.EventId, entry.Level)));
    }

    [Fact]
    public async Task Start_DatabaseOfANewerServer_IsRefused()
    {
        postgres.Steps = With(AddTable);
        await postgres.Start().StartAsync(Token);
        postgres.Steps = PostgresMigrations.Embedded;

        Assert.Contains("newer version", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_NewStep_MovesAllUsersAndThoseToCome()
    {
        var users = await GivenUsersAsync(3);
        postgres.Steps = With(AddTable, "ALTER TABLE added ADD COLUMN b text;");
        using var logs = new LogRecorder();

        await Task.WhenAll(postgres.Start(logs: logs).StartAsync(Token), postgres.Start().StartAsync(Token));

        Assert.Equal(3L, await CountAsync(stepsMore: 2));
        Assert.Contains(logs.Entries, entry => entry.EventId == Migrating);
        var node = postgres.Start();
        await node.OpenAsync(UserIds.New());
        Assert.Equal(4L, await CountAsync(stepsMore: 2));
        foreach (var user in users)
        {
            var store = (await node.FindAsync(user))!;
            await store.CommitAsync(Draft.Command(2, Draft.Push("b")));
            Assert.Equal(2, (await store.LoadAsync()).Items.Count);
        }
    }

    [Fact]
    public async Task Start_InterruptedHalfWay_GoesOnTheNextTime()
    {
        var users = (await GivenUsersAsync(5)).OrderBy(user => user.Value, StringComparer.Ordinal).ToList();
        postgres.Steps = With(AddTable);
        await using (var stranger = await postgres.ConnectAsync())
        {
            // The third user is never reached, and then the connection breaks, as when the server is killed.
            await using var transaction = await stranger.BeginTransactionAsync(Token);
            await using var locking = new NpgsqlCommand("SELECT FROM syntha.heads WHERE user_id = $1 FOR UPDATE", stranger);
            locking.Parameters.AddWithValue(users[2].Value);
            await locking.ExecuteNonQueryAsync(Token);
            var starting = postgres.Start().StartAsync(Token);
            await postgres.AwaitBlockedAsync();
            await postgres.ExecuteAsync(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
            await Assert.ThrowsAsync<StorageUnusableException>(() => starting);
            Assert.Equal(2L, await CountAsync(stepsMore: 1));
        }

        await postgres.Start().StartAsync(Token);

        Assert.Equal(5L, await CountAsync(stepsMore: 1));
        Assert.Equal(5L, await postgres.ExecuteAsync("SELECT count(*) FROM pg_tables WHERE tablename = 'added'"));
    }

    [Fact]
    public async Task Start_UserWhoCannotBeMigrated_StaysBehindAlone()
    {
        var users = await GivenUsersAsync(3);
        await postgres.ExecuteAsync($"CREATE TABLE {PostgresNodes.SchemaOf(users[1])}.added (a integer)");
        postgres.Steps = With(AddTable);
        using var logs = new LogRecorder();

        var node = postgres.Start(logs: logs);
        await node.StartAsync(Token);

        Assert.Single(logs.Entries, entry => entry.EventId == MigrationFailed);
        Assert.Equal(2L, await CountAsync(stepsMore: 1));
        await node.FindAsync(users[1], Token).FailsAsync(ErrorReason.StoreCorrupt);
        Assert.Single((await (await node.FindAsync(users[2]))!.LoadAsync()).Items);
        await postgres.ExecuteAsync($"DROP TABLE {PostgresNodes.SchemaOf(users[1])}.added");
        Assert.Single((await (await node.FindAsync(users[1]))!.LoadAsync()).Items);
    }

    [Fact]
    public async Task Start_UsersFromBeforeThereWereOutcomesAndOrigins_GetThem()
    {
        postgres.Steps = PostgresMigrations.Embedded with { User = [PostgresMigrations.Embedded.User[0]] };
        var user = UserIds.New();
        await using (var node = postgres.Start())
        {
            await node.OpenAsync(user);
        }

        postgres.Steps = PostgresMigrations.Embedded;

        var store = (await postgres.Start().FindAsync(user))!;

        await store.CommitAsync(Draft.Command(1, Draft.Push("a")));
        Assert.Equal(16, Assert.Single((await store.Commits.ReadAsync(null, 9, Token)).Commits).KeyHashes.Length);
        await store.Outcomes.LogAsync(AgentName.Parse("a"), new("t") { IsSuccess = true }, null, Token);
        Assert.Single(await store.Outcomes.ListAsync(new(), null, 9, Token));
        Assert.Single((await store.LoadAsync()).Items);
    }

    [Fact]
    public async Task Store_OfAnOlderServerAfterTheMigration_IsStoreDown()
    {
        var user = (await GivenUsersAsync(1))[0];
        var old = (await postgres.Start().FindAsync(user))!;
        postgres.Steps = With(AddTable);
        await postgres.Start().StartAsync(Token);

        await old.LoadAsync().FailsAsync(ErrorReason.StoreDown);
        await old.CommitAsync(Draft.Command(2, Draft.Push("b"))).FailsAsync(ErrorReason.StoreDown);
    }

    private void Check(Installation.Server server, bool isRolePerUser = true, ILogger? logger = null)
    {
        var options = postgres.Options with { RolePerUser = isRolePerUser };
        var clock = new DatabaseClock(TimeProvider.System);
        new Installation(postgres.Start().Connections, PostgresMigrations.Embedded, options, clock, logger ?? NullLogger.Instance)
            .Check(server);
    }

    private static PostgresMigrations With(params string[] more) =>
        PostgresMigrations.Embedded with { User = [.. PostgresMigrations.Embedded.User, .. more] };

    private async Task<List<UserId>> GivenUsersAsync(int count)
    {
        await using var node = postgres.Start();
        var users = Enumerable.Range(0, count).Select(_ => UserIds.New()).ToList();
        foreach (var user in users)
        {
            await (await node.OpenAsync(user)).CommitAsync(Draft.Command(1, Draft.Push("a")));
        }

        return users;
    }

    // How many users have a schema so many steps beyond those of this server.
    private async Task<object?> CountAsync(int stepsMore) => await postgres.ExecuteAsync(
        $"SELECT count(*) FROM syntha.heads WHERE user_step = {PostgresMigrations.Embedded.LatestUser + stepsMore}");

    private async Task<string> RefusalAsync()
    {
        var refusal = await Assert.ThrowsAsync<StorageUnusableException>(() => postgres.Start().StartAsync(Token));
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Syntha.Tests.Support.PostgresCluster.Password, refusal.Message, StringComparison.Ordinal);
        return refusal.Message;
    }
}
