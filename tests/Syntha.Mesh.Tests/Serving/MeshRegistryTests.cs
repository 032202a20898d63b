namespace Syntha.Mesh.Tests.Serving;

public sealed class MeshRegistryTests : IAsyncDisposable
{
    private readonly TestRegistry registry = new();

    [Fact]
    public async Task Find_UserWithoutAStore_SeesAnEmptyMeshAndCreatesNothing()
    {
        using var lease = await registry.Registry.FindAsync(TestRegistry.User("nobody"), TestContext.Current.CancellationToken);

        Assert.Null(lease.Mesh);
        foreach (var agent in new[] { null, Commands.Agent("ann") })
        {
            var view = lease.View(agent);
            Assert.Equal(Position.Empty, view.Position);
            Assert.Null(view.Find(ContextKey.Parse("k")));
            Assert.Empty(Pages.All(view, new()));
            Assert.Empty(view.ListTopics(null, 10).Topics);
            Assert.Empty(view.TopicsOf(AgentName.Parse("ann")));
            Assert.Equal(new MeshStats(0, 0, 0, 0, 0, 0), view.Count());
        }
        Assert.Equal((0, 0), (registry.Stores.Count, registry.Registry.Loaded));
    }

    [Fact]
    public async Task Find_AfterAnotherCallMadeTheStore_SeesIt()
    {
        Assert.Null(await registry.GetAsync("alice", "k"));
        await registry.DoAsync("alice", Commands.Push("k"));

        Assert.Equal("1", await registry.GetAsync("alice", "k"));
    }

    [Fact]
    public async Task Open_UserWithoutAStore_MakesOne()
    {
        using var lease = await registry.OpenAsync("alice");

        Assert.Equal(new Position(registry.Stores["alice"].Epoch, 0), lease.View(null).Position);
        Assert.Equal(1, registry.Stores.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task Purge_OfManyUsers_WaitsForSomeStoresAtATime()
    {
        const int AtOnce = 16;
        var users = Enumerable.Range(0, 3 * AtOnce).Select(number => $"user{number}").ToList();
        foreach (var user in users)
        {
            await registry.DoAsync(user, Commands.Push("k", ttl: TimeSpan.FromSeconds(1)));
        }

        registry.Clock.Advance(TimeSpan.FromSeconds(2));
        foreach (var user in users)
        {
            using var lease = await registry.OpenAsync(user);
            await MeshInside.SettleAsync(lease.Mesh!);
        }

        var holds = users.ConvertAll(user => registry.Stores[user].HoldNextCommit());
        registry.Clock.Advance(TestRegistry.PurgeInterval);
        var reached = holds.ConvertAll(hold => hold.Reached);
        for (var purged = 0; purged < users.Count; purged += AtOnce)
        {
            // All of them wait for their stores, and no other user does.
            while (reached.Count(waiting => waiting.IsCompleted) < purged + AtOnce)
            {
                await Task.WhenAny(reached.Where(waiting => !waiting.IsCompleted)).WaitAsync(TestContext.Current.CancellationToken);
            }

            Assert.Equal(purged + AtOnce, reached.Count(waiting => waiting.IsCompleted));
            holds.Where(hold => hold.Reached.IsCompleted).ToList().ForEach(hold => hold.Release());
        }
    }

    [Fact]
    public async Task Open_ManyAtOnce_ShareOneLoadAndOneMesh()
    {
        var hold = new Hold();
        registry.Stores["alice"].BeforeLoad = hold.PassAsync;
        var opening = Enumerable.Range(0, 20).Select(_ => Task.Run(async () => await registry.OpenAsync("alice"))).ToList();
        await hold.Reached;
        hold.Release();

        var leases = await Task.WhenAll(opening);

        Assert.Equal(1, registry.Stores["alice"].Loads);
        Assert.All(leases, lease => Assert.Same(leases[0].Mesh, lease.Mesh));
        foreach (var lease in leases)
        {
            lease.Dispose();
        }
    }

    [Fact]
    public async Task Open_OneWaiterGivesUp_TheOthersGetTheMesh()
    {
        using var source = new CancellationTokenSource();
        var hold = new Hold();
        registry.Stores["alice"].BeforeLoad = hold.PassAsync;
        var first = registry.Registry.OpenAsync(TestRegistry.User("alice"), StoreRight.Unbound, source.Token).AsTask();
        await hold.Reached;
        var second = registry.OpenAsync("alice").AsTask();

        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        hold.Release();

        using var lease = await second;
        Assert.NotNull(lease.Mesh);
        Assert.Equal(1, registry.Stores["alice"].Loads);
    }

    [Fact]
    public async Task Find_TwoUsersMissTheSameKeyAtTheSameMoment_EachSeesItsOwn()
    {
        await registry.DoAsync("alice", Commands.Push("k", "\"alice\""));
        await registry.DoAsync("bob", Commands.Push("k", "\"bob\""));
        registry.Clock.Advance(2 * TestRegistry.IdleTime);
        Assert.Equal(0, registry.Registry.Loaded);
        var holds = new[] { new Hold(), new Hold() };
        registry.Stores["alice"].BeforeLoad = holds[0].PassAsync;
        registry.Stores["bob"].BeforeLoad = holds[1].PassAsync;

        var (alice, bob) = (registry.GetAsync("alice", "k"), registry.GetAsync("bob", "k"));
        await Task.WhenAll(holds.Select(hold => hold.Reached));
        holds[1].Release();
        Assert.Equal("\"bob\"", await bob);
        Assert.False(alice.IsCompleted);
        holds[0].Release();

        Assert.Equal("\"alice\"", await alice);
    }

    [Fact]
    public async Task Users_WhoseIdsDifferInCaseOnly_AreTwo()
    {
        await registry.DoAsync("alice", Commands.Push("k"));

        Assert.Null(await registry.GetAsync("Alice", "k"));
        Assert.Equal(1, registry.Stores.Count);
    }

    [Fact]
    public async Task Expiry_OfALoadedMesh_IsLoggedWithoutAnyCaller()
    {
        await registry.DoAsync("alice", Commands.Push("k", ttl: TimeSpan.FromSeconds(1)));

        registry.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal([ChangeKind.Created, ChangeKind.Expired], registry.Stores["alice"].Changes.Select(change => change.Kind));
    }

    [Fact]
    public async Task Expiry_OfAMeshThatLeftMemory_IsLoggedAtTheNextLoadAndOnce()
    {
        await registry.DoAsync("alice", Commands.Push("k", ttl: TimeSpan.FromHours(1)));
        registry.Clock.Advance(2 * TestRegistry.IdleTime);
        Assert.Equal(0, registry.Registry.Loaded);
        registry.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Single(registry.Stores["alice"].Log);

        Assert.Null(await registry.GetAsync("alice", "k"));
        registry.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([ChangeKind.Created, ChangeKind.Expired], registry.Stores["alice"].Changes.Select(change => change.Kind));
        await registry.AuditStoresAsync();
    }

    [Fact]
    public async Task Purge_OfLoadedMeshes_IsDoneFromTimeToTimeForEachUserAlone()
    {
        using var held = await registry.OpenAsync("alice");
        await registry.DoAsync("alice", Commands.Push("k", ttl: TimeSpan.Zero));
        await registry.DoAsync("bob", Commands.Push("k"));

        registry.Clock.Advance(TestRegistry.PurgeInterval);

        Assert.Equal(new MeshStats(0, 0, 0, 0, 0, 0), held.View(null).Count());
        Assert.Equal(ChangeKind.Purged, registry.Stores["alice"].Changes.Last().Kind);
        Assert.Single(registry.Stores["bob"].Log);
    }

    [Fact]
    public async Task Purge_OneStoreFails_TheOthersArePurged()
    {
        foreach (var user in new[] { "alice", "bob", "cid" })
        {
            await registry.DoAsync(user, Commands.Push("k", ttl: TimeSpan.Zero));
        }

        registry.Clock.Advance(TimeSpan.FromSeconds(1));
        registry.Stores["bob"].FailNextCommit(new MeshException(ErrorReason.StoreFull, "Full."));

        registry.Clock.Advance(TestRegistry.PurgeInterval);

        Assert.Equal((0, 1, 0), (Expired("alice"), Expired("bob"), Expired("cid")));
        registry.Clock.Advance(TestRegistry.PurgeInterval);
        Assert.Equal(0, Expired("bob"));

        int Expired(string user) => registry.Stores[user].Read().Expired.Count;
    }

    [Fact]
    public async Task Dispose_LeavesNoTimer()
    {
        var time = new WatchedTime(registry.Clock);
        var other = new TestRegistry(time: time);
        await other.DoAsync("alice", Commands.Push("k", ttl: TimeSpan.FromDays(1)));
        await other.DoAsync("bob", Commands.Push("k"));
        Assert.Equal(4, time.Live);

        await other.DisposeAsync();

        Assert.Equal(0, time.Live);
        Assert.Equal(0, other.Registry.Loaded);
    }

    public ValueTask DisposeAsync() => registry.DisposeAsync();
}
