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

    public bool IsShared => false;

    public TimeProvider Clock => time;

    public ICommitRecorder Recorder { get; set; } = ICommitRecorder.None;

    public int Count => stores.Count;

    /// <summary>The user's store, for the test itself; made when there is none.</summary>
    public MemoryStore this[string user] => stores.GetOrAdd(UserIdRule.Default.Parse(user), _ => new(time));

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
        return stores.TryRemove(user, out _);
    }

    public ValueTask<IUserStore> OpenAsync(UserId user, StoreRight right, CancellationToken cancellationToken) =>
        new(stores.GetOrAdd(user, _ => new(time)));

    public Task<IStagedStore> StageAsync(UserId user, StoreRight right, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<StoreCount> RenewEpochsAsync(IProgress<StoreCount> progress, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
