using Npgsql;

namespace Syntha.Storage.Tests.Postgres.AllUsers;

/// <summary>An erase on one node is an erase on all nodes.</summary>
public sealed class PostgresEraseTests
{
    // Without this, a test would wait for ever for a missing announcement.
    private const int GiveUp = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = GiveUp)]
    public async Task Delete_OnOneNode_IsHeardOnAnother()
    {
        await using var nodes = await PostgresNodes.CreateAsync();
        var (first, second) = (nodes.Start(), nodes.Start());
        var user = UserIds.New();
        var store = await first.OpenAsync(user);
        await store.CommitAsync(Draft.Command(1, Draft.Push("key")));
        var there = (await second.FindAsync(user))!;
        var heard = new TaskCompletionSource();
        using var watch = there.Watch(() => heard.TrySetResult());

        Assert.True(await first.DeleteAsync(user, Token));

        await heard.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(StoreHead.Empty, await there.ReadHeadAsync(Token));
        await there.CommitAsync(Draft.Command(2, Draft.Push("key"))).FailsAsync(ErrorReason.EpochChanged);
        Assert.Null(await second.FindAsync(user));
    }

    [Fact(Timeout = GiveUp)]
    public async Task Delete_ThatNobodyAnnounces_IsFoundByThePoll()
    {
        await using var nodes = await PostgresNodes.CreateAsync();
        nodes.Options = nodes.Options with { PollInterval = TimeSpan.FromMilliseconds(50) };
        var node = nodes.Start();
        var user = UserIds.New();
        var store = await node.OpenAsync(user);
        await store.CommitAsync(Draft.Command(1, Draft.Push("key")));
        var polled = new SemaphoreSlim(0);
        using var watch = store.Watch(() => polled.Release());
        // The first signal tells the present head.
        await polled.WaitAsync(TestContext.Current.CancellationToken);

        await nodes.ExecuteAsync($"DROP SCHEMA {PostgresNodes.SchemaOf(user)} CASCADE; DELETE FROM syntha.heads");

        await polled.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(StoreHead.Empty, await store.ReadHeadAsync(Token));
    }

    [Fact]
    public async Task Delete_OfAUserWhoseRoleHasRightsInAnotherDatabase_LeavesThatOne()
    {
        await using var nodes = await PostgresNodes.CreateAsync("CREATEROLE");
        nodes.Options = nodes.Options with { RolePerUser = true };
        var node = nodes.Start();
        var user = UserIds.New();
        await node.OpenAsync(user);
        await using var elsewhere = await PostgresNodes.CreateAsync();
        await elsewhere.ExecuteAsync($"CREATE TABLE theirs (a int); GRANT SELECT ON theirs TO {PostgresNodes.SchemaOf(user)}");

        Assert.True(await node.DeleteAsync(user, Token));

        Assert.Equal(0L, await nodes.ExecuteAsync("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'user\\_%'"));
        Assert.Equal(true, await elsewhere.ExecuteAsync(
            $"SELECT has_table_privilege('{PostgresNodes.SchemaOf(user).Trim('"')}', 'theirs', 'SELECT')"));
        Assert.NotNull(await node.OpenAsync(user));
        Assert.True(await node.DeleteAsync(user, Token));
        await elsewhere.ExecuteAsync($"DROP TABLE theirs; DROP ROLE {PostgresNodes.SchemaOf(user)}");
    }

    [Fact]
    public async Task Delete_WhileSomebodyElseHoldsTheHead_IsStoreBusyAndChangesNothing()
    {
        await using var nodes = await PostgresNodes.CreateAsync();
        nodes.Options = nodes.Options with { LockTimeout = TimeSpan.FromMilliseconds(100) };
        var node = nodes.Start();
        var user = UserIds.New();
        var store = await node.OpenAsync(user);
        await store.CommitAsync(Draft.Command(1, Draft.Push("key")));
        await using var other = await nodes.ConnectAsync();
        await using (var hold = new NpgsqlCommand("BEGIN; SELECT * FROM syntha.heads FOR UPDATE", other))
        {
            await hold.ExecuteNonQueryAsync(Token);
        }

        await node.DeleteAsync(user, Token).FailsAsync(ErrorReason.StoreBusy);

        await using (var end = new NpgsqlCommand("ROLLBACK", other))
        {
            await end.ExecuteNonQueryAsync(Token);
        }

        Assert.Single((await store.LoadAsync()).Items);
        Assert.True(await node.DeleteAsync(user, Token));
    }

    [Fact]
    public async Task Delete_OfASchemaThatIsAnothersByItsIdentity_FailsClosed()
    {
        await using var nodes = await PostgresNodes.CreateAsync();
        var node = nodes.Start();
        var user = UserIds.New();
        await node.OpenAsync(user);
        await nodes.ExecuteAsync($"UPDATE {PostgresNodes.SchemaOf(user)}.identity SET user_id = 'mallory'");

        await node.DeleteAsync(user, Token).FailsAsync(ErrorReason.StoreCorrupt);

        Assert.Equal(1L, await nodes.ExecuteAsync("SELECT count(*) FROM syntha.heads"));
    }
}
