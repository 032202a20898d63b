namespace Syntha.Mesh.Tests.Serving;

/// <summary>After a user is erased, no caller of this node reads or writes the former mesh, not even a call that was under way.</summary>
public sealed class EraseMeshTests : IAsyncLifetime
{
    private static readonly UserId Alice = TestRegistry.User("alice");

    private readonly TestRegistry registry = new();

    public async ValueTask InitializeAsync() => await registry.DoAsync("alice", Commands.Push("k", "\"of before\""));

    public ValueTask DisposeAsync() => registry.DisposeAsync();

    [Fact]
    public async Task Erase_LoadedMesh_LeavesMemoryAndTheStore()
    {
        await registry.DoAsync("bob", Commands.Push("k"));

        Assert.True(await registry.Registry.EraseAsync(Alice, CancellationToken.None));

        Assert.Equal(1, registry.Registry.Loaded);
        Assert.Equal(1, registry.Stores.Count);
        Assert.Null(await registry.GetAsync("alice", "k"));
        Assert.False(await registry.Registry.EraseAsync(Alice, CancellationToken.None));
        Assert.Equal(1, (await registry.DoAsync("alice", Commands.Push("l"))).Position.Revision);
        Assert.Null(await registry.GetAsync("alice", "k"));
        Assert.Equal("1", await registry.GetAsync("bob", "k"));
    }

    [Fact]
    public async Task Erase_CommandsUnderWay_AreAnsweredOrRefusedAndNoneReachesTheNewStore()
    {
        using var lease = await registry.OpenAsync("alice");
        var store = registry.Stores["alice"];
        var hold = store.HoldNextCommit();
        var committing = lease.Mesh!.SubmitAsync(Commands.Push("a"), CancellationToken.None);
        await hold.Reached;
        var queued = lease.Mesh.SubmitAsync(Commands.Push("b"), CancellationToken.None);

        var erasing = registry.Registry.EraseAsync(Alice, CancellationToken.None);
        Assert.False(erasing.IsCompleted);
        hold.Release();

        Assert.Equal(2, (await committing).Position.Revision);
        Assert.Equal(ErrorReason.EpochChanged, (await Assert.ThrowsAsync<MeshException>(() => queued)).Reason);
        Assert.True(await erasing);
        var late = await Assert.ThrowsAsync<MeshException>(() => lease.Mesh.SubmitAsync(Commands.Push("c"), CancellationToken.None));
        Assert.Equal(ErrorReason.EpochChanged, late.Reason);
        await registry.DoAsync("alice", Commands.Push("d"));
        Assert.Equal(["d"], registry.Stores["alice"].Changes.Select(change => change.Subject));
    }

    [Fact]
    public async Task Erase_WhileTheMeshIsLoaded_LeavesNoneInMemory()
    {
        await using var loading = new TestRegistry();
        await loading.DoAsync("alice", Commands.Push("k"));
        var logger = Microsoft.Extensions.Logging.Abstractions.NullLogger<MeshRegistry>.Instance;
        await using var second = new MeshRegistry(loading.Stores, TestMesh.Limits, loading.Quotas, loading.Clock, logger);
        var hold = new Hold();
        loading.Stores["alice"].AfterLoad = hold.PassAsync;
        // The first look at the log would find that the store is gone; the mesh must not be there until then.
        var trimming = loading.Stores["alice"].HoldNextTurn();
        var finding = second.FindAsync(Alice, CancellationToken.None).AsTask();
        await hold.Reached;

        var erasing = second.EraseAsync(Alice, CancellationToken.None);
        hold.Release();

        await erasing;
        (await finding).Dispose();
        using var lease = await second.FindAsync(Alice, CancellationToken.None);
        Assert.Null(lease.Mesh);
        trimming.Release();
    }

    [Fact]
    public async Task Erase_ThatFails_LeavesTheUser()
    {
        registry.Stores.BeforeDelete = () => throw new MeshException(ErrorReason.StoreBusy, "held");

        await Assert.ThrowsAsync<MeshException>(() => registry.Registry.EraseAsync(Alice, CancellationToken.None));

        Assert.Equal("\"of before\"", await registry.GetAsync("alice", "k"));
        Assert.Equal(2, (await registry.DoAsync("alice", Commands.Push("l"))).Position.Revision);
    }
}
