using Npgsql;

namespace Syntha.Storage.Tests.Postgres.OneUser;

/// <summary>Several nodes on one database. None knows of the others.</summary>
public sealed class NodesTests : IAsyncLifetime
{
    private PostgresNodes postgres = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => postgres = await PostgresNodes.CreateAsync();

    public ValueTask DisposeAsync() => postgres.DisposeAsync();

    [Fact]
    public async Task Open_NewUserOnTwoNodesAtOnce_MakesOneStore()
    {
        var user = UserIds.New();
        IUserStores[] nodes = [postgres.Start(), postgres.Start()];

        var opened = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => Task.Run(() => nodes[number % 2].OpenAsync(user), Token)));

        var epochs = new HashSet<string>();
        foreach (var store in opened)
        {
            epochs.Add((await store.LoadAsync()).Position.Epoch);
        }

        Assert.Single(epochs);
    }

    [Fact]
    public async Task Write_ByTwoNodesInTurns_MakesOneLog()
    {
        var user = UserIds.New();
        var stores = new[] { await postgres.Start().OpenAsync(user), await postgres.Start().OpenAsync(user) };

        for (var revision = 1; revision <= 40; revision++)
        {
            await stores[revision % 2].WriteAsync(
                async turn =>
                {
                    Assert.Equal(revision - 1, turn.Head.Position.Revision);
                    var read = await turn.ReadChangesAsync(Math.Max(revision - 2, 0), int.MaxValue, long.MaxValue);
                    Assert.Equal(revision == 1 ? [] : [(long)revision - 1], read.Select(change => change.Place.Revision));
                    await turn.CommitAsync([Draft.Command(revision, Draft.Push($"key/{revision}"))]);
                    Assert.Equal(revision, turn.Head.Position.Revision);
                },
                Token);
        }

        Assert.Equal(40, (await stores[0].LoadAsync()).Items.Count);
        Assert.Equal(await stores[0].ReadAllAsync(), await stores[1].ReadAllAsync());
        Assert.Equal(await stores[0].MeasureLogAsync(), await stores[1].MeasureLogAsync());
    }

    [Fact]
    public async Task Redact_WhileAnotherTransactionHasReadTheTable_DoesNotWaitForIt()
    {
        var user = UserIds.New();
        var store = await postgres.Start().OpenAsync(user);
        var first = Draft.Command(1, Draft.Push("a", "\"secret\""));
        await store.CommitAsync(first, Draft.Command(2, Draft.Push("a", "2", over: first.Changes[0])));
        // As a backup does: it holds the table, and still sees the row of then.
        await using var backup = await postgres.ConnectAsync();
        await using var transaction = await backup.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, Token);
        await using var reads = new NpgsqlCommand($"SELECT count(*) FROM {PostgresNodes.SchemaOf(user)}.changes", backup);
        Assert.Equal(2L, await reads.ExecuteScalarAsync(Token));

        // Without a limit, the rewriting of the table waits until the backup ends, and the next commands behind it.
        await store.CommitAsync(Draft.Command(3, place => new()
        {
            Kind = ChangeKind.Redacted,
            Place = place,
            Time = Draft.Noon,
            Subject = "a",
            Before = Readers.Everyone,
            Redacts = new(1, 0),
        })).WaitAsync(TimeSpan.FromSeconds(20), Token);
        await store.CommitAsync(Draft.Command(4, Draft.Push("b")));

        Assert.Equal(4, (await store.LoadAsync()).Position.Revision);
        Assert.Equal(
            0L, await postgres.ExecuteAsync(
                $"SELECT count(*) FROM {PostgresNodes.SchemaOf(user)}.changes WHERE value LIKE '%secret%'"));
        await transaction.RollbackAsync(Token);
    }

    [Fact]
    public async Task Write_32WritersOnTwoNodes_LeaveNoGap()
    {
        var user = UserIds.New();
        var stores = new[] { await postgres.Start().OpenAsync(user), await postgres.Start().OpenAsync(user) };

        await Task.WhenAll(Enumerable.Range(0, 32).Select(writer => Task.Run(
            async () =>
            {
                for (var round = 0; round < 10; round++)
                {
                    var revision = 0L;
                    var fails = (writer + round) % 5 == 0;
                    var write = stores[writer % 2].WriteAsync(
                        async turn =>
                        {
                            revision = turn.Head.Position.Revision + 1;
                            if (fails)
                            {
                                throw new TimeZoneNotFoundException();
                            }

                            await turn.CommitAsync([Draft.Command(revision, Draft.Push($"{writer}/{round}"))]);
                        },
                        Token);
                    if (fails)
                    {
                        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => write);
                    }
                    else
                    {
                        await write;
                    }
                    // What one node acknowledged, the other one sees.
                    Assert.True(
                        (await stores[(writer + 1) % 2].ReadHeadAsync(Token)).Position.Revision >= (fails ? revision - 1 : revision));
                }
            },
            Token)));

        var revisions = (await stores[0].ReadAllAsync()).Select(change => change.Place.Revision).ToList();
        Assert.Equal(Enumerable.Range(1, 256).Select(number => (long)number), revisions);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Commit_DelayedUnderTheLock_IsNeverOvertaken(bool isAborted)
    {
        var user = UserIds.New();
        var (slow, quick) = (await postgres.Start().OpenAsync(user), await postgres.Start().OpenAsync(user));
        var entered = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var delayed = slow.WriteAsync(
            async turn =>
            {
                entered.SetResult();
                await go.Task;
                if (isAborted)
                {
                    throw new TimeZoneNotFoundException();
                }

                await turn.CommitAsync([Draft.Command(1, Draft.Push("slow"))]);
            },
            Token);
        await entered.Task;

        var later = quick.WriteAsync(
            async turn =>
            {
                Assert.True(go.Task.IsCompleted, "A later turn began while an earlier one had the head.");
                var revision = turn.Head.Position.Revision + 1;
                await turn.CommitAsync([Draft.Command(revision, Draft.Push("quick"))]);
            },
            Token);
        await postgres.AwaitBlockedAsync();
        // Readers never wait.
        Assert.Equal(0, (await quick.ReadHeadAsync(Token)).Position.Revision);
        Assert.Empty(await quick.ReadAllAsync());
        go.SetResult();

        if (isAborted)
        {
            await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => delayed);
        }
        else
        {
            await delayed;
        }

        await later;
        Assert.Equal(isAborted ? ["quick"] : ["slow", "quick"], (await slow.ReadAllAsync()).Select(change => change.Subject));
        Assert.Equal(isAborted ? 1 : 2, (await slow.ReadHeadAsync(Token)).Position.Revision);
    }

    [Fact]
    public async Task Now_OfATurnThatWaited_IsLaterThanTheCommitThatItWaitedFor()
    {
        var user = UserIds.New();
        var (first, second) = (await postgres.Start().OpenAsync(user), await postgres.Start().OpenAsync(user));
        var go = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        var held = first.WriteAsync(
            async _ =>
            {
                entered.SetResult();
                await go.Task;
            },
            Token);
        await entered.Task;
        DateTimeOffset now = default;
        var waiting = second.WriteAsync(
            turn =>
            {
                now = turn.Now;
                return ValueTask.CompletedTask;
            },
            Token);
        await postgres.AwaitBlockedAsync();

        var before = (DateTime)(await postgres.ExecuteAsync("SELECT clock_timestamp()"))!;
        go.SetResult();
        await Task.WhenAll(held, waiting);

        Assert.True(now > before, "The clock was read before the lock was had.");
        Assert.Equal(0, now.UtcTicks % TimeSpan.TicksPerMicrosecond);
    }

    [Fact]
    public async Task Write_HeadHeldByAStranger_IsStoreBusyAndGoesOnAfterwards()
    {
        postgres.Options = postgres.Options with { LockTimeout = TimeSpan.FromMilliseconds(100) };
        var user = UserIds.New();
        var store = await postgres.Start().OpenAsync(user);
        await using (var stranger = await postgres.ConnectAsync())
        {
            await using var locking = new NpgsqlCommand("BEGIN; SELECT FROM syntha.heads FOR UPDATE;", stranger);
            await locking.ExecuteNonQueryAsync(Token);

            await store.CommitAsync(Draft.Command(1, Draft.Push("a"))).FailsAsync(ErrorReason.StoreBusy);

            // The database releases the locks of a closed connection a moment later.
            await using var ending = new NpgsqlCommand("ROLLBACK", stranger);
            await ending.ExecuteNonQueryAsync(Token);
        }

        await store.CommitAsync(Draft.Command(1, Draft.Push("a")));
    }

    [Fact]
    public async Task Write_NodeThatHangsInItsTurn_LosesTheHeadAndLearnsIt()
    {
        var user = UserIds.New();
        postgres.Options = postgres.Options with { TurnTimeout = TimeSpan.FromSeconds(4) };
        var (hanging, other) = (await postgres.Start().OpenAsync(user), await postgres.Start().OpenAsync(user));
        var overtaken = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        var hung = hanging.WriteAsync(
            async turn =>
            {
                entered.SetResult();
                await overtaken.Task;
                await turn.CommitAsync([Draft.Command(1, Draft.Push("too late"))]);
            },
            Token);
        await entered.Task;

        await other.CommitAsync(Draft.Command(1, Draft.Push("in time")));
        overtaken.SetResult();

        await hung.FailsAsync(ErrorReason.StoreDown);
        Assert.Equal("in time", Assert.Single(await hanging.ReadAllAsync()).Subject);
    }

    [Fact]
    public async Task Trim_OnOneNode_IsKnownOnTheOther()
    {
        var user = UserIds.New();
        var (here, there) = (await postgres.Start().OpenAsync(user), await postgres.Start().OpenAsync(user));
        await here.CommitAsync(Draft.Command(1, Draft.Push("a")), Draft.Command(2, Draft.Push("b")));

        await here.TrimAsync(new(0, 0, TimeSpan.FromDays(1)));

        Assert.Equal(3, (await there.ReadHeadAsync(Token)).OldestRevision);
        await there.ReadAllAsync(after: 1).FailsAsync(ErrorReason.HistoryCompacted);
        await there.WriteAsync(
            async turn =>
            {
                Assert.Equal(3, turn.Head.OldestRevision);
                await turn.ReadChangesAsync(1, 10, 10).FailsAsync(ErrorReason.HistoryCompacted);
                await turn.CommitAsync([Draft.Command(3, Draft.Push("c"))]);
            },
            Token);
    }

    [Fact]
    public async Task Commit_UsersWhoseIdsBeginWithTheSame63Bytes_NeverMeet()
    {
        var beginning = new string('a', 63);
        var node = postgres.Start();
        var one = await node.OpenAsync(UserIds.Of(beginning + "-one"));
        var other = await node.OpenAsync(UserIds.Of(beginning + "-other"));

        await one.CommitAsync(Draft.Command(1, Draft.Push("key", "1")));
        await other.CommitAsync(Draft.Command(1, Draft.Push("key", "2")));

        Assert.Equal("1", Assert.Single((await one.LoadAsync()).Items).ValueJson);
        Assert.Equal("2", Assert.Single((await other.LoadAsync()).Items).ValueJson);
    }
}
