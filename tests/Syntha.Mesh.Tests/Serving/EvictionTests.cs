namespace Syntha.Mesh.Tests.Serving;

/// <summary>Memory is bounded: idle meshes leave it, and come back as they were; never are there two meshes of one store.</summary>
public sealed class EvictionTests
{
    /// <summary>Less than any mesh takes, so that every mesh leaves memory that can.</summary>
    private const long NoRoom = 1;

    [Fact]
    public async Task Evict_BeyondTheBound_IdleMeshesLeaveAndComeBackAsTheyWere()
    {
        await using var registry = new TestRegistry(NoRoom);
        await registry.DoAsync("alice", Commands.Push("k", "\"alice\""));
        await registry.DoAsync("bob", Commands.Push("k", "\"bob\""));

        Assert.Equal(1, registry.Registry.Loaded);
        Assert.Equal("\"alice\"", await registry.GetAsync("alice", "k"));
        Assert.Equal("\"bob\"", await registry.GetAsync("bob", "k"));
        Assert.Equal(2, (await registry.DoAsync("alice", Commands.Push("k"))).Position.Revision);
        Assert.True(registry.Stores["alice"].Loads > 1);
    }

    [Fact]
    public async Task Load_WhileMeshesInUseFillTheMemory_IsRefusedUntilOneLeaves()
    {
        await using var registry = new TestRegistry(NoRoom, maxBytesInUse: 10_000);
        await registry.DoAsync("bob", Commands.Push("k", "\"bob\""));
        var held = await registry.OpenAsync("alice");
        await held.Mesh!.SubmitAsync(Commands.Push("k", $"\"{new string('x', 10_000)}\""), TestContext.Current.CancellationToken);
        // What a mesh takes is counted when a call ends.
        (await registry.OpenAsync("alice")).Dispose();

        var refusal = await Assert.ThrowsAsync<MeshException>(() => registry.GetAsync("bob", "k"));

        Assert.Equal(ErrorReason.StoreBusy, refusal.Reason);
        Assert.NotNull(refusal.RetryAfter);
        Assert.DoesNotContain("alice", refusal.Message, StringComparison.Ordinal);
        // The mesh in use is served.
        Assert.NotNull(await registry.GetAsync("alice", "k"));
        held.Dispose();
        Assert.Equal("\"bob\"", await registry.GetAsync("bob", "k"));
    }

    [Fact]
    public async Task Evict_BeyondTheBound_TheLeastRecentlyUsedLeavesFirst()
    {
        // Room for three meshes of one item, of some 9,000 bytes each, and not for four.
        await using var registry = new TestRegistry(maxBytes: 31_500);
        foreach (var user in new[] { "a", "b", "c" })
        {
            await registry.DoAsync(user, Commands.Push("k"));
            registry.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal("1", await registry.GetAsync("a", "k"));
        registry.Clock.Advance(TimeSpan.FromSeconds(1));

        await registry.DoAsync("d", Commands.Push("k"));

        Assert.Equal("1", await registry.GetAsync("a", "k"));
        Assert.Equal(1, registry.Stores["a"].Loads);
        Assert.Equal("1", await registry.GetAsync("b", "k"));
        Assert.Equal(2, registry.Stores["b"].Loads);
    }

    [Fact]
    public async Task Evict_ManyIdleMeshes_LooksAtAFewForEachThatLeaves()
    {
        const int Users = 600;
        // Room for some 300 meshes of one item.
        await using var registry = new TestRegistry(maxBytes: 300 * 9_000);
        for (var user = 0; user < Users; user++)
        {
            await registry.DoAsync($"{user}", Commands.Push("k"));
            registry.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        var evicted = Users - registry.Registry.Loaded;
        Assert.InRange(evicted, 200, 400);
        Assert.InRange(registry.Registry.EvictionLooks, evicted, 16 * evicted);
        var recent = Enumerable.Range(Users - 30, 30).Count(user =>
        {
            using var lease = registry.Registry.TryLease(TestRegistry.User($"{user}"), out var held) ? held : default;
            return lease.Mesh is not null;
        });
        // The longest unused of a few may be a recent one, but seldom.
        Assert.InRange(recent, 25, 30);
    }

    [Fact]
    public async Task Evict_WhileAllMeshesAreInUse_ACallLooksAtABoundedNumberOfThem()
    {
        await using var registry = new TestRegistry(NoRoom);
        var held = new List<MeshLease>();
        for (var user = 0; user < 1_000; user++)
        {
            held.Add(await registry.OpenAsync($"{user}"));
        }

        var before = registry.Registry.EvictionLooks;
        await registry.DoAsync("7", Commands.Push("k", new string('1', 1_000)));

        Assert.InRange(registry.Registry.EvictionLooks - before, 1, EvictionRound.LooksOfACall);
        held.ForEach(lease => lease.Dispose());
    }

    [Fact]
    public async Task Evict_MeshThatACallHolds_Stays()
    {
        await using var registry = new TestRegistry(NoRoom);
        using var held = await registry.OpenAsync("alice");
        await registry.DoAsync("bob", Commands.Push("k"));
        registry.Clock.Advance(2 * TestRegistry.IdleTime);

        using var again = await registry.OpenAsync("alice");
        Assert.Same(held.Mesh, again.Mesh);
        Assert.Equal(1, registry.Stores["alice"].Loads);
    }

    [Fact]
    public async Task Evict_MeshThatWrites_StaysThoughNoCallHoldsIt()
    {
        await using var registry = new TestRegistry(NoRoom);
        var hold = registry.Stores["alice"].HoldNextCommit();
        Task<CommandResult> push;
        using (var lease = await registry.OpenAsync("alice"))
        {
            push = lease.Mesh!.SubmitAsync(Commands.Push("k"), TestContext.Current.CancellationToken);
        }

        await hold.Reached;

        await registry.DoAsync("bob", Commands.Push("k"));
        registry.Clock.Advance(2 * TestRegistry.IdleTime);
        var later = registry.DoAsync("alice", Commands.Push("l"));
        hold.Release();

        Assert.Equal((1, 2), ((await push).Position.Revision, (await later).Position.Revision));
        Assert.Equal(1, registry.Stores["alice"].Loads);
        await registry.AuditStoresAsync();
    }

    [Fact]
    public async Task Evict_MeshWhoseExpiryIsAboutToBeWritten_StaysTheOnlyOneOfItsStore()
    {
        await using var registry = new TestRegistry(NoRoom);
        await registry.DoAsync("alice", Commands.Push("k", ttl: TimeSpan.FromSeconds(1)));
        var store = registry.Stores["alice"];
        using var entered = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        store.AroundTurn = work =>
        {
            store.AroundTurn = static straight => straight();
            entered.Set();
            gate.Wait();
            return work();
        };
        // The timer's thread is now on its way into the store, with no call holding the mesh.
        var ticking = Run(() => registry.Clock.Advance(TimeSpan.FromSeconds(2)));
        entered.Wait(TestContext.Current.CancellationToken);
        // Another user's call makes room. It either lets this mesh be, or waits for it.
        var evicting = Run(() => registry.DoAsync("bob", Commands.Push("k")).GetAwaiter().GetResult());
        SpinWait.SpinUntil(() => !evicting.IsAlive || (evicting.ThreadState & ThreadState.WaitSleepJoin) != 0);

        using (await registry.OpenAsync("alice"))
        {
            Assert.Equal(1, store.Loads);
        }

        gate.Set();
        ticking.Join();
        evicting.Join();
        await registry.DoAsync("alice", Commands.Push("l"));
        await registry.AuditStoresAsync();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("expiry")]
    [InlineData("trimming")]
    public async Task TryClose_WhileTheStoreHoldsTheThreadThatBegan_IsRefusedAtOnce(string work)
    {
        var mesh = new TestMesh(TestMesh.Limits with { Log = LogLimits.Default with { MaxAge = TimeSpan.FromHours(1) } });
        await mesh.DoAsync(Commands.Push("k", ttl: TimeSpan.FromSeconds(1)));
        await MeshInside.SettleAsync(mesh.Mesh);
        using var entered = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        mesh.Store.AroundTurn = turn =>
        {
            mesh.Store.AroundTurn = static straight => straight();
            entered.Set();
            gate.Wait();
            return turn();
        };
        var beginning = Run(work == "expiry" ? () => mesh.Clock.Advance(TimeSpan.FromSeconds(2)) : mesh.Mesh.TrimLog);
        entered.Wait(TestContext.Current.CancellationToken);

        // A lock that is held while the store works would block this call for as long.
        Assert.False(await Task.Run(mesh.Mesh.TryClose, TestContext.Current.CancellationToken));

        gate.Set();
        beginning.Join();
    }

    [Fact]
    public async Task Evict_IdleForLong_MeshLeavesWithItsTimer()
    {
        var clock = new FakeTimeProvider(TestMesh.Start);
        var time = new WatchedTime(clock);
        await using var registry = new TestRegistry(time: time);
        await registry.DoAsync("alice", Commands.Push("k", ttl: TimeSpan.FromHours(5)));
        Assert.Equal((1, 3), (registry.Registry.Loaded, time.Live));

        clock.Advance(TestRegistry.IdleTime / 2);
        Assert.Equal(1, registry.Registry.Loaded);
        clock.Advance(TestRegistry.IdleTime);
        Assert.Equal((0, 2), (registry.Registry.Loaded, time.Live));

        Assert.Equal("1", await registry.GetAsync("alice", "k"));
    }

    [Fact(Timeout = 120_000)]
    public async Task Evict_UnderConcurrentCalls_NeverTwoWritersAndNeverALostWrite()
    {
        const int Workers = 8;
        const int Rounds = 300;
        string[] users = ["a", "b", "c", "d", "e"];
        await using var registry = new TestRegistry(NoRoom);
        foreach (var user in users)
        {
            registry.Stores[user].AroundCommit = static async commit =>
            {
                await Task.Yield();
                await commit();
            };
        }

        var counts = await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            var acknowledged = users.ToDictionary(user => user, _ => 0);
            for (var round = 0; round < Rounds; round++)
            {
                var user = users[random.Next(users.Length)];
                // Some items expire, so that timers write as well. Some callers release the lease before the answer.
                var ttl = random.Next(4) == 0 ? TimeSpan.FromSeconds(random.Next(3)) : (TimeSpan?)null;
                await registry.DoAsync(user, Commands.Push($"{worker}/{round}", $"\"{user}\"", ttl: ttl));
                if (ttl is null)
                {
                    acknowledged[user]++;
                    Assert.Equal($"\"{user}\"", await registry.GetAsync(user, $"{worker}/{round}"));
                }
                if (random.Next(10) == 0)
                {
                    registry.Clock.Advance(TimeSpan.FromMilliseconds(500));
                }
            }
            return acknowledged;
        }, TestContext.Current.CancellationToken)));

        await registry.AuditStoresAsync();
        foreach (var user in users)
        {
            Assert.Equal(counts.Sum(count => count[user]), registry.Stores[user].Read().Items.Count(item => item.ExpiresAt is null));
            Assert.True(registry.Stores[user].Loads > 10, $"{registry.Stores[user].Loads} loads: nothing was evicted.");
        }
    }

    [Fact]
    public async Task MemoryBytes_ItemsWithManyReaders_CountTheirPlacesInLists()
    {
        // Each reader of an item is an entry in a list of its own, of some hundred bytes for a name of one byte. Memory that is not counted
        // is not bounded.
        const int Subscribers = 10_000;
        var mesh = new TestMesh();
        var before = mesh.Mesh.MemoryBytes;
        await mesh.DoAsync(Commands.Push("k", to: [.. Enumerable.Range(0, Subscribers).Select(number => $"{number}")]));
        Assert.InRange(mesh.Mesh.MemoryBytes - before, 100 * Subscribers, 300 * Subscribers);

        await mesh.DoAsync(Commands.Push("k"));
        Assert.InRange(mesh.Mesh.MemoryBytes - before, 1, 2000);
    }

    private static Thread Run(Action action)
    {
        var thread = new Thread(() => action()) { IsBackground = true };
        thread.Start();
        return thread;
    }
}
