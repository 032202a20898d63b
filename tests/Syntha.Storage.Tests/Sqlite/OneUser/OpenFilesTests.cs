using Microsoft.Extensions.Logging;

namespace Syntha.Storage.Tests.Sqlite.OneUser;

/// <summary>The bounded set of open files.</summary>
public sealed class OpenFilesTests : IAsyncDisposable
{
    private readonly SqliteFixture sqlite = new(new() { MaxOpenStores = 2, MaxWait = TimeSpan.FromSeconds(3) });

    public ValueTask DisposeAsync() => sqlite.DisposeAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_600UsersWith32Places_StayWithinTheBoundAndLoseNothing()
    {
        using var log = new LogRecorder();
        sqlite.Logs = log;
        sqlite.Options = sqlite.Options with { MaxOpenStores = 32, MaxWait = TimeSpan.FromMinutes(5) };
        var users = Enumerable.Range(0, 600).Select(_ => UserIds.New()).ToArray();
        var mostOpen = 0;

        await Parallel.ForEachAsync(
            users, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Token }, async (user, _) =>
        {
            var store = await sqlite.Stores.OpenAsync(user);
            await store.CommitAsync(Draft.Command(1, Draft.Push("key", $"\"{user}\"")));
            await store.ReadAllAsync();
            InterlockedMax(ref mostOpen, sqlite.OpenFiles().Length);
        });
        await Parallel.ForEachAsync(
            users, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Token }, async (user, _) =>
            Assert.Equal($"\"{user}\"", Assert.Single((await sqlite.LoadAsync(user)).Items).ValueJson));

        // No file was opened while it was open or half closed, and nothing failed. Only the waiting was worth a warning.
        Assert.DoesNotContain(log.Entries, entry => entry.Level > LogLevel.Information && entry.EventId != 2007);
        Assert.InRange(mostOpen, 32, (32 * 6) + 1);
        Assert.InRange(sqlite.Stores.OpenStores, 1, 32);
    }

    [Fact]
    public async Task Open_OneMoreThanPlaces_ClosesTheLeastRecentlyUsed()
    {
        var users = new[] { UserIds.New(), UserIds.New(), UserIds.New() };
        foreach (var user in users[..2])
        {
            await (await sqlite.Stores.OpenAsync(user)).CommitAsync(Draft.Command(1, Draft.Push("k")));
        }

        await sqlite.LoadAsync(users[0]);

        await (await sqlite.Stores.OpenAsync(users[2])).LoadAsync();

        Assert.Contains(sqlite.FileOf(users[0]), sqlite.OpenFiles());
        Assert.DoesNotContain(sqlite.FileOf(users[1]), sqlite.OpenFiles());
        Assert.Contains(sqlite.FileOf(users[2]), sqlite.OpenFiles());
        Assert.Single((await sqlite.LoadAsync(users[1])).Items);
    }

    [Fact]
    public async Task Lease_AllPlacesInUse_WaitsForOne()
    {
        await using var busy = await OccupyAsync();
        var waiting = sqlite.Stores.OpenAsync(UserIds.New());
        Assert.False(waiting.IsCompleted);

        await busy.FreeOneAsync();

        await (await waiting).LoadAsync();
    }

    [Fact]
    public async Task Lease_AllPlacesInUseForTooLong_IsStoreBusy()
    {
        await using var busy = await OccupyAsync();
        var waiting = sqlite.Stores.OpenAsync(UserIds.New());

        sqlite.Time.Advance(TimeSpan.FromSeconds(3));

        var refusal = await waiting.FailsAsync(ErrorReason.StoreBusy);
        Assert.Equal(TimeSpan.FromSeconds(1), refusal.RetryAfter);
        Assert.Contains("MaxOpenStores", refusal.InnerException!.Message, StringComparison.Ordinal);
        await busy.FreeOneAsync();
        await (await sqlite.Stores.OpenAsync(UserIds.New())).LoadAsync();
    }

    [Fact]
    public async Task Lease_CancelledWhileItWaits_LeavesThePlaceToOthers()
    {
        await using var busy = await OccupyAsync();
        using var cancelled = new CancellationTokenSource();
        var waiting = sqlite.Stores.OpenAsync(UserIds.New(), StoreRight.Unbound, cancelled.Token).AsTask();
        var behind = sqlite.Stores.OpenAsync(UserIds.New());

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.False(behind.IsCompleted);
        await busy.FreeOneAsync();
        await behind;
    }

    [Fact]
    public async Task Lease_OfAnOpenStore_NeedsNoPlace()
    {
        await using var busy = await OccupyAsync();
        var waiting = sqlite.Stores.OpenAsync(UserIds.New());

        Assert.Empty(await busy.Store.ReadAllAsync());
        Assert.False(waiting.IsCompleted);

        await busy.FreeOneAsync();
        await waiting;
    }

    [Fact]
    public async Task Timer_StoresIdleForLong_AreClosedAndOpenAgainOnUse()
    {
        var user = await sqlite.GivenStoreAsync(isOpen: true);
        Assert.Contains(sqlite.FileOf(user), sqlite.OpenFiles());

        sqlite.Time.Advance(sqlite.Options.IdleCloseAfter - TimeSpan.FromMinutes(1));
        Assert.Equal(1, sqlite.Stores.OpenStores);
        sqlite.Time.Advance(TimeSpan.FromMinutes(3));
        while (sqlite.Stores.OpenStores > 0)
        {
            await Task.Yield();
        }

        Assert.Equal([Path.Combine(sqlite.Folder, "lock")], sqlite.OpenFiles());
        Assert.False(File.Exists(sqlite.FileOf(user) + "-wal"));
        Assert.Single((await sqlite.LoadAsync(user)).Items);
    }

    [Fact]
    public async Task Stop_WithWorkUnderWay_WaitsForIt()
    {
        var busy = await OccupyAsync();
        var stopping = sqlite.Stores.DisposeAsync().AsTask();

        Assert.False(stopping.IsCompleted);
        await sqlite.Stores.OpenAsync(UserIds.New()).FailsAsync(ErrorReason.NodeDraining);
        await busy.DisposeAsync();
        await stopping;

        Assert.Empty(sqlite.OpenFiles());
    }

    private async Task<Occupants> OccupyAsync()
    {
        var occupants = new Occupants();
        for (var place = 0; place < sqlite.Options.MaxOpenStores; place++)
        {
            await occupants.AddAsync(await sqlite.Stores.OpenAsync(UserIds.New()));
        }

        return occupants;
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    /// <summary>Transactions that last until they are told to end.</summary>
    private sealed class Occupants : IAsyncDisposable
    {
        private readonly Queue<(TaskCompletionSource Go, Task Turn)> turns = [];

        public IUserStore Store { get; private set; } = null!;

        public async Task AddAsync(IUserStore store)
        {
            Store = store;
            var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var turn = store.WriteAsync(
                async _ =>
                {
                    entered.SetResult();
                    await go.Task;
                },
                Token);
            turns.Enqueue((go, turn));
            await entered.Task;
        }

        public async Task FreeOneAsync()
        {
            var (go, turn) = turns.Dequeue();
            go.SetResult();
            await turn;
        }

        public async ValueTask DisposeAsync()
        {
            while (turns.Count > 0)
            {
                await FreeOneAsync();
            }
        }
    }
}
