using Npgsql;
using Syntha.Storage.Encryption;
using Syntha.Storage.Names;
using Syntha.Storage.Postgres;
using Syntha.Storage.Postgres.Schema;
using Syntha.Storage.Tests.Contract;
using Syntha.Tests.Support;

namespace Syntha.Storage.Tests.Postgres.OneUser;

/// <summary>The contract, as the server's login.</summary>
public sealed class PostgresUserStoreTests() : PostgresContract(rolePerUser: false);

/// <summary>The same, with everything encrypted.</summary>
public sealed class EncryptedPostgresUserStoreTests() : PostgresContract(rolePerUser: false, isEncrypted: true)
{
    protected override int Histories => 2;
}

/// <summary>The contract, with each user's statements as that user's role, through a PgBouncer with two connections for all.</summary>
public sealed class PostgresUserStoreBehindPgBouncerTests() : PostgresContract(rolePerUser: true, behindPgBouncer: true);

public abstract class PostgresContract(bool rolePerUser, bool behindPgBouncer = false, bool isEncrypted = false) : UserStoreContract
{
    private static readonly MasterKey Master = TestMasterKey.Create();

    // Each test has users of its own, which isolates it, as in production.
    private static readonly Lazy<Task<string>> Database = new(CreateDatabaseAsync);
    private static readonly Lazy<Task<PgBouncer>> Bouncer = new(async () => await PgBouncer.StartAsync(await Database.Value, poolSize: 2));

    // Each history restarts the stores several times, which takes new connections. SQLite goes through more histories.
    protected override int Histories => 6;

    protected override async ValueTask<IUserStores> StartAsync()
    {
        var options = PostgresNodes.Patient with
        {
            ConnectionString = behindPgBouncer ? (await Bouncer.Value).ConnectionString : await Database.Value,
            PoolSize = 4,
            RolePerUser = rolePerUser,
            BehindPgBouncer = behindPgBouncer,
        };
        return new PostgresStores(options, TimeProvider.System, NullLoggerFactory.Instance, PostgresMigrations.Embedded, Time.GetUtcNow,
            isEncrypted ? Master : null);
    }

    protected override ValueTask StopAsync(IUserStores stores) => ((PostgresStores)stores).DisposeAsync();

    protected override async Task AssertNothingElseIsKeptAsync(UserId user)
    {
        await using var source = NpgsqlDataSource.Create(await Database.Value);
        var schema = $"\"user_{StoreName.Of(user).Value}\"";
        await using var command = source.CreateCommand(
            $"""
            WITH edge AS (SELECT oldest_revision << 24 AS place FROM syntha.heads WHERE user_id = $1)
            SELECT count(*) FROM {schema}.changes
            WHERE place < (SELECT place FROM edge) AND place NOT IN (
              SELECT place FROM {schema}.live
              UNION ALL
              SELECT replaces FROM {schema}.changes WHERE place >= (SELECT place FROM edge) AND replaces IS NOT NULL)
            """);
        command.Parameters.AddWithValue(user.Value);
        Assert.Equal(0L, await command.ExecuteScalarAsync(Token));
    }

    protected override async Task AddOutcomesAsync(UserId user, int count)
    {
        await using var source = NpgsqlDataSource.Create(await Database.Value);
        await using var command = source.CreateCommand(
            $"""
            INSERT INTO "user_{StoreName.Of(user).Value}".outcomes (time, agent, task_type, success)
            SELECT 0, 'ann', 'seed', 1 FROM generate_series(1, $1)
            """);
        command.Parameters.AddWithValue(count);
        await command.ExecuteNonQueryAsync(Token);
    }

    protected override bool IsPlain => !isEncrypted;

    protected override async Task<bool> HoldsAsync(UserId user, string text)
    {
        await using var source = NpgsqlDataSource.Create(await Database.Value);
        await using var command = source.CreateCommand(
            $"""SELECT count(*) FROM "user_{StoreName.Of(user).Value}".changes WHERE changes::text LIKE '%' || $1 || '%'""");
        command.Parameters.AddWithValue(text);
        return (long)(await command.ExecuteScalarAsync(Token))! > 0;
    }

    protected override async Task AssertNothingIsLeftAsync(UserId user)
    {
        await using var source = NpgsqlDataSource.Create(await Database.Value);
        await using var command = source.CreateCommand(
            """
            SELECT
              (SELECT count(*) FROM syntha.heads WHERE user_id = $1) +
              (SELECT count(*) FROM pg_namespace WHERE nspname = $2) +
              (SELECT count(*) FROM pg_roles WHERE rolname = $2)
            """);
        command.Parameters.AddWithValue(user.Value);
        command.Parameters.AddWithValue($"user_{StoreName.Of(user).Value}");
        Assert.Equal(0L, await command.ExecuteScalarAsync(Token));
    }

    private static async Task<string> CreateDatabaseAsync() =>
        await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync("CREATEROLE");
}
