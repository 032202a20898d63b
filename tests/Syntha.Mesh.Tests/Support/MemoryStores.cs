using System.Collections.Concurrent;

namespace Syntha.Mesh.Tests.Support;

/// <summary>The stores of all users, in memory. Thread-safe.</summary>
internal sealed class MemoryStores(TimeProvider time) : IUserStores
{
    private readonly ConcurrentDictionary<UserId, MemoryStore> stores = new();

    public Func<ValueTask> BeforeFind { get; set; } = static () => ValueTask.CompletedTask;

    public Action BeforeDelete { get; set; } = static () => { };

    public IEnumerable<UserId> Users => stores.Keys;

    public IEnumerable<MemoryStore> All => stores.Values;

    /// <summary>Whether several registries use these stores, as nodes do.</summary>
    public bool IsShared { get; init; }

    /// <summary>Receives each store that is made.</summary>
    public Action<MemoryStore> Made { get; init; } = static _ => { };

    public TimeProvider Clock => time;

    public ICommitRecorder Recorder { get; set; } = ICommitRecorder.None;

    public int Count => stores.Count;

    /// <summary>The user's store, for the test itself; made when there is none.</summary>
    public MemoryStore this[string user] => stores.GetOrAdd(UserIdRule.Default.Parse(user), Make);

    public async ValueTask<IUserStore?> FindAsync(UserId user, CancellationToken cancellationToken)
    {
        await BeforeFind();
        return stores.GetValueOrDefault(user);
    }

    public async Task<bool> DeleteAsync(UserId user, CancellationToken cancellationToken)
    {
        BeforeDelete();
        if (!stores.TryGetValue(user, out var store))
        {
            return false;
        }

        await store.EraseAsync();
        return stores.TryRemove(new(user, store));
    }

    public ValueTask<IUserStore> OpenAsync(UserId user, StoreRight right, CancellationToken cancellationToken) =>
        new(stores.GetOrAdd(user, Make));

    public Task<IStagedStore> StageAsync(UserId user, StoreRight right, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public async Task<StoreCount> RenewEpochsAsync(IProgress<StoreCount> progress, CancellationToken cancellationToken)
    {
        foreach (var store in stores.Values)
        {
            await store.RenewEpochAsync();
        }

        return new(stores.Count, 0, stores.Count);
    }

    private MemoryStore Make(UserId user)
    {
        var store = new MemoryStore(time) { IsShared = IsShared };
        Made(store);
        return store;
    }
}
