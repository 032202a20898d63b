using Microsoft.Extensions.Logging.Abstractions;
using Syntha.Mesh.Tests.Model;

namespace Syntha.Mesh.Tests.Support;

/// <summary>The meshes of many users over stores in memory.</summary>
internal sealed class TestRegistry : IAsyncDisposable
{
    public static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan PurgeInterval = TimeSpan.FromMinutes(5);

    public TestRegistry(
        long maxBytes = long.MaxValue, TimeProvider? time = null, LogLimits? log = null, long maxBytesInUse = long.MaxValue)
    {
        Stores = new(time ?? Clock);
        var limits = new MeshLimits(maxBytes, IdleTime, PurgeInterval)
        {
            Log = log ?? LogLimits.Default,
            MaxBytesInUse = maxBytesInUse,
        };
        Registry = new(Stores, limits, Quotas, time ?? Clock, NullLogger<MeshRegistry>.Instance);
    }

    public FakeTimeProvider Clock { get; } = new(TestMesh.Start);

    public QuotaBook Quotas { get; } = new(UserQuotas.Default);

    public MemoryStores Stores { get; }

    public MeshRegistry Registry { get; }

    public static UserId User(string id) => UserIdRule.Default.Parse(id);

    public ValueTask<MeshLease> OpenAsync(string user) => Registry.OpenAsync(User(user), StoreRight.Unbound, CancellationToken.None);

    /// <summary>Loads the user's mesh and waits until it has looked at its log, so that the next turn is the test's.</summary>
    public async Task LoadAsync(string user)
    {
        using var lease = await OpenAsync(user);
        await MeshInside.SettleAsync(lease.Mesh!);
    }

    public async Task<CommandResult> DoAsync(string user, MeshCommand command)
    {
        using var lease = await OpenAsync(user);
        return await lease.Mesh!.SubmitAsync(command, CancellationToken.None);
    }

    public async Task<ErrorReason> RefusedAsync(string user, MeshCommand command) =>
        (await Assert.ThrowsAsync<MeshException>(() => DoAsync(user, command))).Reason;

    public async Task<string?> GetAsync(string user, string key, string? by = null)
    {
        using var lease = await Registry.FindAsync(User(user), CancellationToken.None);
        return lease.View(Commands.Agent(by)).Find(ContextKey.Parse(key))?.ValueJson;
    }

    /// <summary>Demands that no store was asked for something that only a second writer of its mesh would ask for.</summary>
    public async Task AuditStoresAsync()
    {
        foreach (var user in Stores.Users)
        {
            using var lease = await Registry.OpenAsync(user, StoreRight.Unbound, CancellationToken.None);
            await MeshInside.SettleAsync(lease.Mesh!);
        }
        foreach (var store in Stores.All)
        {
            LogAudit.Verify(store);
        }
    }

    public ValueTask DisposeAsync() => Registry.DisposeAsync();
}
