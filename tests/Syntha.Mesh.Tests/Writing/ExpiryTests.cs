namespace Syntha.Mesh.Tests.Writing;

/// <summary>From its moment on an item is absent for every operation, and its expiry is logged exactly once.</summary>
public sealed class ExpiryTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly TestMesh mesh = new();

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-1_000_000_000_000)]
    [InlineData(long.MinValue)]
    public async Task Push_TimeToLiveOfZeroOrLess_IsExpiredAtOnce(long ticks)
    {
        await mesh.DoAsync(Commands.Push("k", ttl: TimeSpan.FromTicks(ticks)));

        Assert.Null(mesh.Get("k"));
        Assert.Empty(mesh.Keys());
        Assert.Equal((0, 1), (mesh.Count().Active, mesh.Count().Expired));
    }

    [Fact]
    public async Task Push_TimeToLiveBeyondTheCalendar_IsKeptAsItsEnd()
    {
        await mesh.DoAsync(Commands.Push("k", ttl: TimeSpan.MaxValue));
        mesh.Clock.Advance(TimeSpan.FromDays(365_000));

        Assert.Equal("1", mesh.Get("k"));
        var live = mesh.Item("k").ExpiresAt;
        mesh.Reload();
        Assert.Equal(live, mesh.Item("k").ExpiresAt);
    }

    [Fact]
    public async Task Push_TimeToLiveBelowAMicrosecond_MeansTheSameAfterALoad()
    {
        // Stores keep whole microseconds. A mesh that kept more digits would differ from the mesh after a load.
        await mesh.DoAsync(Commands.Push("k", ttl: TimeSpan.FromTicks(15)));

        Assert.Equal("1", mesh.Get("k"));
        var live = mesh.Item("k").ExpiresAt;
        mesh.Reload();
        Assert.Equal(live, mesh.Item("k").ExpiresAt);
        Assert.True(live >= TestMesh.Start + TimeSpan.FromTicks(15));
    }

    [Fact]
    public async Task Get_AtTheVeryMoment_IsAbsent()
    {
        await mesh.DoAsync(Commands.Push("k", ttl: Second));

        mesh.Clock.Advance(Second - TimeSpan.FromMicroseconds(1));
        Assert.Equal("1", mesh.Get("k"));

        mesh.Clock.Advance(TimeSpan.FromMicroseconds(1));
        Assert.Null(mesh.Get("k"));
    }

    [Fact]
    public async Task Expired_ItemIsAbsentForEveryOperation_BeforeItsExpiryIsLogged()
    {
        await mesh.DoAllAsync(Commands.Register("ann", "u"), Commands.Push("k", by: "ann", topics: ["t"], ttl: Second));
        mesh.Clock.Advance(Second);
        Assert.DoesNotContain(ChangeKind.Expired, mesh.LoggedKinds);

        foreach (var by in new[] { null, "ann" })
        {
            Assert.Null(mesh.Get("k", by));
            Assert.Empty(mesh.Keys(by));
            Assert.Empty(mesh.KeysOfTopic("t", by));
            Assert.Equal(["u"], mesh.Topics(by));
            Assert.Equal(0, await mesh.RemovedAsync(Commands.Remove("k", by)));
            Assert.Equal((0, 1, 0, 1), (mesh.Count(by).Active, mesh.Count(by).Expired, mesh.Count(by).Bytes, mesh.Count(by).Topics));
        }
        Assert.Equal(0, await mesh.RemovedAsync(Commands.DeleteTopic("t")));
        Assert.Equal(0, await mesh.RemovedAsync(Commands.Clear(by: "ann")));
    }

    [Fact]
    public async Task Expiry_IsLoggedOnceByTheTimer_WithNoCaller()
    {
        await mesh.DoAsync(Commands.Push("k", by: "ann", to: ["bob"], ttl: Second));

        mesh.Clock.Advance(Second + TimeSpan.FromMilliseconds(1));

        Assert.Equal([ChangeKind.Created, ChangeKind.Expired], mesh.LoggedKinds);
        var expiry = mesh.Store.Changes.Last();
        Assert.Equal((2, "k", null), (expiry.Place.Revision, expiry.Subject, expiry.Actor));
        Assert.Equal(["bob"], expiry.Before!.Subscribers.Select(agent => agent.Value));
        mesh.Clock.Advance(TimeSpan.FromDays(100));
        Assert.Equal(2, mesh.Store.Log.Length);
    }

    [Fact]
    public async Task Expiry_OfManyItems_IsLoggedForEachInTheOrderOfTheirDeadlines()
    {
        await mesh.DoAllAsync(Commands.Push("c", ttl: Second), Commands.Push("a", ttl: 3 * Second), Commands.Push("b", ttl: 2 * Second));

        for (var step = 0; step < 4; step++)
        {
            mesh.Clock.Advance(Second);
        }

        var expired = mesh.Store.Changes.Where(change => change.Kind == ChangeKind.Expired);
        Assert.Equal(["c", "b", "a"], expired.Select(change => change.Subject));
    }

    [Fact]
    public async Task Expiry_SoonerThanTheOneTheTimerWaitsFor_IsLoggedInTime()
    {
        await mesh.DoAllAsync(Commands.Push("late", ttl: TimeSpan.FromHours(1)), Commands.Push("soon", ttl: Second));

        mesh.Clock.Advance(2 * Second);

        Assert.Equal("soon", mesh.Store.Changes.Last().Subject);
        Assert.Equal(ChangeKind.Expired, mesh.LoggedKinds.Last());
    }

    [Fact]
    public async Task Expiry_BeyondWhatATimerCanCount_IsLoggedInTime()
    {
        await mesh.DoAsync(Commands.Push("k", ttl: TimeSpan.FromDays(100)));

        for (var month = 0; month < 3; month++)
        {
            mesh.Clock.Advance(TimeSpan.FromDays(33));
        }

        Assert.Single(mesh.Store.Log);
        mesh.Clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal([ChangeKind.Created, ChangeKind.Expired], mesh.LoggedKinds);
    }

    [Fact]
    public async Task Expiry_ThatFellDueWhileNoMeshWasLoaded_IsLoggedAtTheNextLoad()
    {
        await mesh.DoAsync(Commands.Push("k", ttl: Second));
        var log = mesh.Store.Log;
        var (clock, store) = (new FakeTimeProvider(TestMesh.Start + TimeSpan.FromHours(1)), new MemoryStore(mesh.Clock));
        await store.WriteAsync(transaction => transaction.CommitAsync(log), TestContext.Current.CancellationToken);

        var later = new UserMesh(store, store.Read(), clock, TestMesh.Limits, () => TestMesh.NoQuotas);
        clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Null(later.View(null).Find(ContextKey.Parse("k")));
        Assert.Equal([ChangeKind.Created, ChangeKind.Expired], store.Changes.Select(change => change.Kind));
    }

    [Fact]
    public async Task Expiry_StoreCannotTakeIt_IsTriedAgainAndLoggedOnce()
    {
        await mesh.DoAsync(Commands.Push("k", ttl: Second));
        mesh.Store.FailNextCommit(new MeshException(ErrorReason.StoreFull, "Full."));
        mesh.Clock.Advance(2 * Second);
        Assert.Single(mesh.Store.Log);
        Assert.Null(mesh.Get("k"));

        mesh.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal([ChangeKind.Created, ChangeKind.Expired], mesh.LoggedKinds);
    }

    [Fact]
    public async Task Push_OverAnItemWhoseExpiryIsNotLogged_LogsExpiredThenCreated()
    {
        await mesh.DoAsync(Commands.Push("k", by: "ann", to: ["bob"], ttl: Second));
        mesh.Clock.Advance(Second);

        await mesh.DoAsync(Commands.Push("k", "2", by: "cid"));

        Assert.Equal([ChangeKind.Created, ChangeKind.Expired, ChangeKind.Created], mesh.LoggedKinds);
        var (expired, created) = (mesh.Store.Log[1].Changes[0], mesh.Store.Log[1].Changes[1]);
        Assert.Equal((new ChangePlace(1, 0), new ChangePlace(2, 0)), (expired.Replaces!.Value, expired.Place));
        Assert.Equal((new ChangePlace(2, 0), new ChangePlace(2, 1)), (created.Replaces!.Value, created.Place));
        Assert.Null(created.Before);
        Assert.Equal((null, "cid"), (expired.Actor, created.Actor?.Value));
        Assert.Equal((1, 0), (mesh.Count().Active, mesh.Count().Expired));
        mesh.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, mesh.Store.Log.Length);
    }

    [Fact]
    public async Task Push_OverAnItemWhoseExpiryIsLogged_Creates()
    {
        await mesh.DoAsync(Commands.Push("k", ttl: Second));
        mesh.Clock.Advance(2 * Second);

        await mesh.DoAsync(Commands.Push("k", "2"));

        Assert.Equal([ChangeKind.Created, ChangeKind.Expired, ChangeKind.Created], mesh.LoggedKinds);
        Assert.Equal(new ChangePlace(2, 0), mesh.Store.Changes.Last().Replaces);
        Assert.Equal((1, 0), (mesh.Count().Active, mesh.Count().Expired));
        Assert.Empty(mesh.Store.Read().Expired);
    }

    [Fact]
    public async Task Push_BeforeTheDeadline_SetsANewOne()
    {
        await mesh.DoAsync(Commands.Push("k", ttl: Second));
        await mesh.DoAsync(Commands.Push("k", "2", ttl: 10 * Second));
        mesh.Clock.Advance(2 * Second);
        Assert.Equal("2", mesh.Get("k"));
        await mesh.DoAsync(Commands.Push("k", "3"));
        mesh.Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal("3", mesh.Get("k"));
        Assert.DoesNotContain(ChangeKind.Expired, mesh.LoggedKinds);
    }

    [Fact]
    public async Task Remove_BeforeTheDeadline_ThereIsNoExpiry()
    {
        await mesh.DoAllAsync(Commands.Push("k", ttl: Second), Commands.Remove("k"));
        mesh.Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal([ChangeKind.Created, ChangeKind.Removed], mesh.LoggedKinds);
        Assert.Equal(0, mesh.Count().Expired);
    }

    [Fact]
    public async Task Purge_EndsTheCountingOfExpiredItems()
    {
        await mesh.DoAsync(Commands.Push("logged", ttl: Second));
        mesh.Clock.Advance(2 * Second);
        await mesh.DoAllAsync(Commands.Push("due", ttl: TimeSpan.Zero), Commands.Push("live"));
        Assert.Equal(2, mesh.Count().Expired);

        Assert.Equal(2, await mesh.RemovedAsync(Commands.Purge()));

        Assert.Equal((1, 0), (mesh.Count().Active, mesh.Count().Expired));
        Assert.Equal(0, await mesh.RemovedAsync(Commands.Purge()));
        Assert.Empty(mesh.Store.Read().Expired);
        Assert.Equal(2, mesh.LoggedKinds.Count(kind => kind == ChangeKind.Expired));
    }

    [Fact]
    public async Task Purge_ByAnAgent_TakesOnlyWhatItCouldRead()
    {
        await mesh.DoAllAsync(Commands.Push("a", to: ["ann"], ttl: Second), Commands.Push("b", to: ["bob"], ttl: Second));
        mesh.Clock.Advance(2 * Second);
        await mesh.DoAllAsync(Commands.Push("c", to: ["ann"], ttl: TimeSpan.Zero), Commands.Push("d", to: ["bob"], ttl: TimeSpan.Zero));

        Assert.Equal(2, await mesh.RemovedAsync(Commands.Purge(by: "ann")));
        Assert.Equal((0, 2, 2), (mesh.Count("ann").Expired, mesh.Count("bob").Expired, mesh.Count().Expired));
    }

    [Fact]
    public async Task ClockSetBack_WhatHasExpiredStaysExpired()
    {
        await mesh.DoAsync(Commands.Push("k", ttl: Second));
        mesh.Clock.Advance(Second);
        Assert.Null(mesh.Get("k"));

        mesh.Clock.AdjustTime(TestMesh.Start - TimeSpan.FromHours(1));

        Assert.Null(mesh.Get("k"));
        await mesh.DoAsync(Commands.Push("k", "2"));
        Assert.Equal([ChangeKind.Created, ChangeKind.Expired, ChangeKind.Created], mesh.LoggedKinds);
    }

    [Fact]
    public async Task ClockSetBack_TheTimesOfTheLogNeverRunBackwards()
    {
        await mesh.DoAsync(Commands.Push("a"));
        mesh.Clock.AdjustTime(TestMesh.Start - TimeSpan.FromHours(1));
        await mesh.DoAsync(Commands.Push("b"));

        Assert.Equal(mesh.Store.Changes.First().Time, mesh.Store.Changes.Last().Time);
    }

    [Fact]
    public async Task Get_NullValue_IsAValue()
    {
        await mesh.DoAsync(Commands.Push("k", "null"));

        Assert.Equal("null", mesh.Get("k"));
        Assert.Equal(["k"], mesh.Keys());
    }
}
