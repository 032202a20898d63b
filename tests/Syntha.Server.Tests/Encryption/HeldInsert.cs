using Npgsql;
using Syntha.Tests.Support;

namespace Syntha.Server.Tests.Encryption;

/// <summary>Holds up each transaction that adds a row to a table of a database, until the test lets it go on.</summary>
internal sealed class HeldInsert : IAsyncDisposable
{
    private readonly PostgresCluster cluster;
    private readonly TestStore store;
    private readonly NpgsqlConnection holding;

    private HeldInsert(PostgresCluster cluster, TestStore store) =>
        (this.cluster, this.store, holding) = (cluster, store, new(store.ConnectionString));

    public static async Task<HeldInsert> IntoAsync(string table, TestStore store)
    {
        var held = new HeldInsert(await PostgresCluster.SharedAsync(), store);
        await held.cluster.ExecuteAsync(
            $"""
            CREATE FUNCTION syntha.wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END';
            CREATE TRIGGER wait BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION syntha.wait();
            """,
            store.DatabaseName);
        await held.holding.OpenAsync(TestContext.Current.CancellationToken);
        await held.ExecuteAsync("SELECT pg_advisory_lock(1)");
        return held;
    }

    /// <summary>Returns when that many sessions wait for this lock or another, or when the work that should wait is done.</summary>
    public async Task UntilWaitingAsync(int count, Task? work = null)
    {
        // Only a test needs to know, so there is no event to wait for. Look again and again; the result does not depend on the pace.
        while (work?.IsCompleted != true && await WaitingAsync() < count)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public Task ReleaseAsync() => ExecuteAsync("SELECT pg_advisory_unlock(1)");

    public ValueTask DisposeAsync() => holding.DisposeAsync();

    private async Task<long> WaitingAsync() => (long)(await cluster.ExecuteAsync(
        $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{store.DatabaseName}' AND wait_event_type = 'Lock'"))!;

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, holding);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
