using Syntha.Mesh.Tests.Model;

namespace Syntha.Mesh.Tests.Serving;

/// <summary>
/// A commit of unknown outcome costs the mesh in memory; one that the store refused costs its callers an answer and nothing else.
/// </summary>
public sealed class StoreFaultTests : IAsyncDisposable
{
    private static readonly IOException Broken = new("/var/lib/syntha/alice: disk on fire");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Only a writer that stands still for ever comes to its end.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TestRegistry registry = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FailedCommit_CallersGetStoreDown_AndTheNextLeaseSeesTheStoresTruth(bool isWritten)
    {
        await registry.DoAsync("alice", Commands.Push("k", "1"));
        registry.Stores["alice"].FailNextCommit(Broken, isWritten);

        var failure = await Assert.ThrowsAsync<MeshException>(() => registry.DoAsync("alice", Commands.Push("k", "2")));

        Assert.Equal(ErrorReason.StoreDown, failure.Reason);
        Assert.NotNull(failure.RetryAfter);
        Assert.DoesNotContain("fire", failure.Message, StringComparison.Ordinal);
        Assert.Equal(isWritten ? "2" : "1", await registry.GetAsync("alice", "k"));
        Assert.Equal(2, registry.Stores["alice"].Loads);
        Assert.Equal(isWritten ? 3 : 2, (await registry.DoAsync("alice", Commands.Push("k", "3"))).Position.Revision);
        await registry.AuditStoresAsync();
    }

    [Fact]
    public async Task FailedCommit_AnswerLost_TheRepeatGetsTheFirstAnswer()
    {
        registry.Stores["alice"].FailNextCommit(Broken, isWritten: true);
        var push = Commands.Push("k", ifRevision: 0).WithRequest(1);
        Assert.Equal(ErrorReason.StoreDown, await registry.RefusedAsync("alice", push));

        var repeat = await registry.DoAsync("alice", push);

        Assert.True(repeat.IsReplay);
        Assert.Equal(1, repeat.Position.Revision);
        Assert.Single(registry.Stores["alice"].Log);
    }

    [Fact]
    public async Task FailedCommit_NothingWritten_TheRepeatIsCarriedOut()
    {
        registry.Stores["alice"].FailNextCommit(Broken);
        var push = Commands.Push("k").WithRequest(1);
        Assert.Equal(ErrorReason.StoreDown, await registry.RefusedAsync("alice", push));

        Assert.False((await registry.DoAsync("alice", push)).IsReplay);
        Assert.Equal("1", await registry.GetAsync("alice", "k"));
    }

    [Fact]
    public async Task FailedCommit_WholeGroupAndWhatQueuedBehindIt_GetStoreDown()
    {
        var store = registry.Stores["alice"];
        using var lease = await registry.OpenAsync("alice");
        var hold = new Hold();
        store.AroundCommit = async _ =>
        {
            await hold.PassAsync();
            throw Broken;
        };
        var first = lease.Mesh!.SubmitAsync(Commands.Push("a"), TestContext.Current.CancellationToken);
        await hold.Reached;
        var behind = lease.Mesh.SubmitAsync(Commands.Push("b"), TestContext.Current.CancellationToken);
        hold.Release();

        foreach (var command in new[] { first, behind })
        {
            Assert.Equal(ErrorReason.StoreDown, (await Assert.ThrowsAsync<MeshException>(() => command)).Reason);
        }

        Assert.Empty(store.Log);
    }

    [Fact]
    public async Task FailedCommit_LeaseHeldOn_ServesNoWriteAnyMore()
    {
        using var old = await registry.OpenAsync("alice");
        registry.Stores["alice"].FailNextCommit(Broken);
        await Assert.ThrowsAsync<MeshException>(() => old.Mesh!.SubmitAsync(Commands.Push("a"), CancellationToken.None));
        await registry.DoAsync("alice", Commands.Push("b"));

        // Its state may be behind the store, so it must not overwrite what was committed since.
        var late = await Assert.ThrowsAsync<MeshException>(() => old.Mesh!.SubmitAsync(Commands.Push("c"), CancellationToken.None));

        Assert.Equal(ErrorReason.StoreDown, late.Reason);
        Assert.Equal(["b"], registry.Stores["alice"].Changes.Select(change => change.Subject));
        await registry.AuditStoresAsync();
    }

    [Fact]
    public async Task FailedCommit_OtherUsers_NoticeNothing()
    {
        await registry.DoAsync("bob", Commands.Push("k"));
        registry.Stores["alice"].FailNextCommit(Broken);
        await registry.RefusedAsync("alice", Commands.Push("k"));

        Assert.Equal("1", await registry.GetAsync("bob", "k"));
        Assert.Equal(1, registry.Stores["bob"].Loads);
    }

    [Fact]
    public async Task FailedCommit_StoreSaysCorrupt_TheReasonReachesTheCallers()
    {
        registry.Stores["alice"].FailNextCommit(new MeshException(ErrorReason.StoreCorrupt, "Damaged."));

        Assert.Equal(ErrorReason.StoreCorrupt, await registry.RefusedAsync("alice", Commands.Push("k")));
        await registry.DoAsync("alice", Commands.Push("k"));
        Assert.Equal(2, registry.Stores["alice"].Loads);
    }

    [Theory]
    [InlineData(ErrorReason.StoreFull)]
    [InlineData(ErrorReason.StoreBusy)]
    [InlineData(ErrorReason.StoreReadOnly)]
    public async Task RefusedCommit_MeshStaysReadable_AndLaterWritesWork(ErrorReason reason)
    {
        await registry.DoAsync("alice", Commands.Push("k", "1"));
        registry.Stores["alice"].FailNextCommit(new MeshException(reason, "Not now."));

        Assert.Equal(reason, await registry.RefusedAsync("alice", Commands.Push("k", "2")));

        Assert.Equal("1", await registry.GetAsync("alice", "k"));
        Assert.Equal(2, (await registry.DoAsync("alice", Commands.Push("k", "3"))).Position.Revision);
        Assert.Equal(1, registry.Stores["alice"].Loads);
        await registry.AuditStoresAsync();
    }

    [Fact]
    public async Task RefusedTurn_CallersGetTheReason_AndLaterWritesWork()
    {
        await registry.LoadAsync("alice");
        var store = registry.Stores["alice"];
        store.AroundTurn = _ =>
        {
            store.AroundTurn = static work => work();
            throw new MeshException(ErrorReason.StoreBusy, "Not now.");
        };

        Assert.Equal(ErrorReason.StoreBusy, await registry.RefusedAsync("alice", Commands.Push("k")));
        Assert.Equal(1, (await registry.DoAsync("alice", Commands.Push("k"))).Position.Revision);
        Assert.Equal(1, store.Loads);
    }

    [Fact]
    public async Task FailedTurn_UnknownFailure_TheMeshIsLoadedAnew()
    {
        await registry.LoadAsync("alice");
        var store = registry.Stores["alice"];
        store.AroundTurn = _ =>
        {
            store.AroundTurn = static work => work();
            throw Broken;
        };

        Assert.Equal(ErrorReason.StoreDown, await registry.RefusedAsync("alice", Commands.Push("k")));
        await registry.DoAsync("alice", Commands.Push("k"));
        Assert.Equal(2, store.Loads);
    }

    [Fact]
    public async Task FailedLoad_IsToldAndNotRemembered()
    {
        var store = registry.Stores["alice"];
        store.BeforeLoad = () =>
        {
            store.BeforeLoad = static () => ValueTask.CompletedTask;
            throw new MeshException(ErrorReason.StoreCorrupt, "Damaged.");
        };

        Assert.Equal(ErrorReason.StoreCorrupt, await registry.RefusedAsync("alice", Commands.Push("k")));
        await registry.DoAsync("alice", Commands.Push("k"));
    }

    [Fact]
    public async Task FailedCommits_OfOneUser_TakeNoRoomFromTheOthers()
    {
        // The bytes of a discarded mesh must leave the sum, although calls still held the mesh when it was discarded.
        await using var small = new TestRegistry(maxBytes: 100_000);
        await small.DoAsync("bob", Commands.Push("k"));
        for (var round = 0; round < 50; round++)
        {
            using var held = await small.OpenAsync("alice");
            small.Stores["alice"].FailNextCommit(Broken);
            await small.RefusedAsync("alice", Commands.Push("k"));
            await small.DoAsync("alice", Commands.Push("k"));
        }

        await small.DoAsync("bob", Commands.Push("k"));
        Assert.Equal(1, small.Stores["bob"].Loads);
    }

    public static TheoryData<Exception> Surprises { get; } =
        [new InsufficientMemoryException(), new OperationCanceledException(), new NotSupportedException()];

    [Theory]
    [MemberData(nameof(Surprises), DisableDiscoveryEnumeration = true)]
    public async Task FailedCommit_AnySurprise_TheCallersHearOfIt_AndTheWriterGoesOn(Exception surprise)
    {
        registry.Stores["alice"].FailNextCommit(surprise);

        Assert.Equal(ErrorReason.StoreDown, await registry.RefusedAsync("alice", Commands.Push("k")).WaitAsync(Patience, Token));
        Assert.Equal(1, (await registry.DoAsync("alice", Commands.Push("k")).WaitAsync(Patience, Token)).Position.Revision);
        await registry.AuditStoresAsync();
    }

    [Theory]
    [MemberData(nameof(Surprises), DisableDiscoveryEnumeration = true)]
    public async Task FailedTurn_AnySurprise_TheCallersHearOfIt_AndTheWriterGoesOn(Exception surprise)
    {
        await registry.LoadAsync("alice");
        var store = registry.Stores["alice"];
        store.AroundTurn = _ =>
        {
            store.AroundTurn = static work => work();
            throw surprise;
        };

        Assert.Equal(ErrorReason.StoreDown, await registry.RefusedAsync("alice", Commands.Push("k")).WaitAsync(Patience, Token));
        Assert.Equal(1, (await registry.DoAsync("alice", Commands.Push("k")).WaitAsync(Patience, Token)).Position.Revision);
    }

    [Fact]
    public async Task FailedTrimming_OutOfMemory_TheWriterGoesOn()
    {
        await using var trimming = new TestRegistry(log: new(MaxChanges: 1, MaxBytes: long.MaxValue, MaxAge: TimeSpan.MaxValue));
        await trimming.LoadAsync("alice");
        var store = trimming.Stores["alice"];
        var hasFailed = false;
        store.AroundTrim = _ =>
        {
            store.AroundTrim = static trim => trim();
            hasFailed = true;
            throw new InsufficientMemoryException();
        };
        for (var round = 0; round < 100 && !hasFailed; round++)
        {
            using var lease = await trimming.OpenAsync("alice");
            await lease.Mesh!.SubmitAsync(Commands.Push($"{round}"), Token).WaitAsync(Patience, Token);
            await MeshInside.SettleAsync(lease.Mesh).WaitAsync(Patience, Token);
        }

        Assert.True(hasFailed);
        await trimming.DoAsync("alice", Commands.Push("k")).WaitAsync(Patience, Token);
        await trimming.AuditStoresAsync();
    }

    // The mesh of each load fails at once. A caller that loaded it again and again would never come back.
    [Fact]
    public async Task FailedTrimming_AtEveryLoad_IsToldToTheCaller()
    {
        await using var trimming = new TestRegistry(log: new(MaxChanges: 1, MaxBytes: long.MaxValue, MaxAge: TimeSpan.MaxValue));
        await trimming.LoadAsync("alice");
        trimming.Stores["alice"].AroundTrim = static _ => throw new InsufficientMemoryException();
        var told = new List<ErrorReason>();
        for (var round = 0; round < 100 && told.Count < 3; round++)
        {
            try
            {
                using var lease = await trimming.OpenAsync("alice").AsTask().WaitAsync(Patience, Token);
                await lease.Mesh!.SubmitAsync(Commands.Push($"{round}"), Token).WaitAsync(Patience, Token);
                await MeshInside.SettleAsync(lease.Mesh).WaitAsync(Patience, Token);
            }
            catch (MeshException fault)
            {
                told.Add(fault.Reason);
            }
        }

        Assert.Equal([ErrorReason.StoreDown, ErrorReason.StoreDown, ErrorReason.StoreDown], told);
    }

    [Fact]
    public async Task FailedCatchingUp_OutOfMemory_TheWriterGoesOn()
    {
        var mesh = new TestMesh();
        var other = mesh.LoadOnAnotherNode();
        await mesh.DoAsync(Commands.Push("k"));
        mesh.Store.BeforeRead = () =>
        {
            mesh.Store.BeforeRead = static () => ValueTask.CompletedTask;
            throw new InsufficientMemoryException();
        };

        var refusal = await Assert.ThrowsAsync<MeshException>(
            () => other.SubmitAsync(Commands.Push("l"), Token).WaitAsync(Patience, Token));

        Assert.Equal(ErrorReason.StoreDown, refusal.Reason);
        Assert.NotNull(other.Fault);
    }

    [Fact]
    public async Task FailedCommit_DiscardedMesh_KeepsNoTimer()
    {
        // A timer would keep the whole mesh in memory until its next expiry, which may be years away.
        var time = new WatchedTime(registry.Clock);
        var store = registry.Stores["alice"];
        var mesh = new UserMesh(store, store.Read(), time, TestMesh.Limits, () => TestMesh.NoQuotas);
        await mesh.SubmitAsync(Commands.Push("k", ttl: TimeSpan.FromDays(365)), TestContext.Current.CancellationToken);
        Assert.Equal(1, time.Live);

        store.FailNextCommit(Broken);
        await Assert.ThrowsAsync<MeshException>(() => mesh.SubmitAsync(Commands.Push("l"), CancellationToken.None));

        Assert.Equal(0, time.Live);
        Assert.Equal(StateText.OfStore(store), StateText.Of(mesh));
    }

    public ValueTask DisposeAsync() => registry.DisposeAsync();
}
