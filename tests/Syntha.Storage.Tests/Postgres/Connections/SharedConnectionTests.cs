using Npgsql;
using Syntha.Storage.Postgres;

namespace Syntha.Storage.Tests.Postgres.Connections;

/// <summary>One connection for all users: a user never meets what another one left on it.</summary>
public sealed class SharedConnectionTests : IAsyncLifetime
{
    private const string Canary = "canary-of-alice";

    private PostgresNodes postgres = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        postgres = await PostgresNodes.CreateAsync("CREATEROLE");
        postgres.Options = postgres.Options with { PoolSize = 1, RolePerUser = true, ListenConnectionString = null };
    }

    public ValueTask DisposeAsync() => postgres.DisposeAsync();

    public static TheoryData<string> Endings { get; } = new("success", "error", "cancelled", "time-out", "aborted", "refused", "killed");

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task Connection_AfterAliceHoweverItEnded_IsCleanForBob(string ending)
    {
        if (ending == "time-out")
        {
            postgres.Options = postgres.Options with { LockTimeout = TimeSpan.FromSeconds(1) };
        }

        var node = postgres.Start();
        var alice = await node.OpenAsync(UserIds.New());
        var bob = await node.OpenAsync(UserIds.New());
        // Often enough for alice's statements to be prepared.
        for (var revision = 1; revision <= 8; revision++)
        {
            await alice.CommitAsync(Draft.Command(revision, Draft.Push($"{Canary}/{revision}", $"\"{Canary}\"")));
        }

        await EndAsync(ending, alice);

        await AssertCleanAsync(node);
        await bob.CommitAsync(Draft.Command(1, Draft.Push("key", "\"of bob\"")));
        Assert.Equal("\"of bob\"", Assert.Single((await bob.LoadAsync()).Items).ValueJson);
        Assert.Single(await bob.ReadAllAsync());
        Assert.Equal(ending == "success" ? 9 : 8, (await alice.LoadAsync()).Items.Count);
    }

    private async Task EndAsync(string ending, IUserStore alice)
    {
        var next = Draft.Command(9, Draft.Push(Canary));
        switch (ending)
        {
            case "success":
                await alice.CommitAsync(next);
                break;
            case "error":
                // Fails in the database, in the middle of the statements that commit.
                var wrong = Draft.Command(9, place => Draft.Push("x")(place) with { Replaces = new(1, 7) });
                await alice.CommitAsync(wrong).FailsAsync(ErrorReason.StoreDown);
                break;
            case "aborted":
                await Assert.ThrowsAsync<TimeZoneNotFoundException>(
                    () => alice.WriteAsync(_ => throw new TimeZoneNotFoundException(), Token));
                break;
            case "refused":
                await alice.WriteAsync(_ => ValueTask.CompletedTask, Token);
                break;
            case "killed":
                await alice.WriteAsync(
                    async turn =>
                    {
                        await postgres.ExecuteAsync(
                            """
                            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                            WHERE datname = current_database() AND application_name = 'syntha'
                            """);
                        await turn.CommitAsync([next]);
                    },
                    Token).FailsAsync(ErrorReason.StoreDown);
                break;
            default:
                await WaitInVainAsync(alice, next, ending == "cancelled");
                break;
        }
    }

    private async Task WaitInVainAsync(IUserStore alice, CommittedCommand next, bool isCancelled)
    {
        await using var stranger = await postgres.ConnectAsync();
        await using var locking = new NpgsqlCommand("BEGIN; LOCK TABLE syntha.heads IN ACCESS EXCLUSIVE MODE;", stranger);
        await locking.ExecuteNonQueryAsync(Token);
        if (!isCancelled)
        {
            await alice.CommitAsync(next).FailsAsync(ErrorReason.StoreBusy);
            return;
        }
        using var cancelling = new CancellationTokenSource();
        var waiting = alice.WriteAsync(turn => turn.CommitAsync([next]), cancelling.Token);
        await postgres.AwaitBlockedAsync();
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    // What the next user of the server's one connection finds on it.
    private static async Task AssertCleanAsync(PostgresStores node)
    {
        var session = await node.Connections.RentAsync(null, Token);
        var state = await session.OneAsync<string>(
            """
            SELECT concat_ws('; ',
              CASE WHEN current_user <> session_user THEN 'role ' || current_user END,
              CASE WHEN current_setting('search_path') <> '"$user", public' THEN 'path ' || current_setting('search_path') END,
              CASE WHEN current_setting('lock_timeout') <> '0' THEN 'lock_timeout' END,
              CASE WHEN current_setting('idle_in_transaction_session_timeout') <> '0' THEN 'idle_in_transaction_session_timeout' END,
              CASE WHEN pg_current_xact_id_if_assigned() IS NOT NULL THEN 'transaction' END,
              (SELECT 'lock ' || string_agg(locktype, ',') FROM pg_locks
                WHERE pid = pg_backend_pid() AND locktype NOT IN ('relation', 'virtualxid')),
              (SELECT 'table ' || string_agg(relname, ',') FROM pg_class WHERE relnamespace = pg_my_temp_schema()),
              (SELECT 'listens ' || string_agg(channel, ',') FROM pg_listening_channels() AS channel),
              (SELECT 'cursor ' || string_agg(name, ',') FROM pg_cursors WHERE name <> ''),
              (SELECT 'prepared ' || string_agg(statement, ',') FROM pg_prepared_statements WHERE statement ~ 'canary|user_user-')
            );
            """,
            null, Token);
        await session.DisposeAsync();
        Assert.Equal("", state);
    }
}
