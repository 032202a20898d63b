using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Syntha.Mesh.Quotas;
using Syntha.Mesh.Stores;
using Syntha.Mesh.Writing;

namespace Syntha.Mesh.Serving;

/// <summary>
/// The meshes in memory. Loads a user's mesh when a call needs it, and drops meshes that no call uses, within a limit of memory.
/// Thread-safe. The room Serving keeps meshes in memory and writes them; it uses all rooms but Following.
/// </summary>
public sealed partial class MeshRegistry : IAsyncDisposable
{
    // The fault of a mesh in memory costs its callers a load. What fails as often in a row is the store's fault.
    private const int MaxFailedLoads = 3;

    // So many users' expired items are purged at a time. Each purge waits for the disk.
    private const int PurgesAtOnce = 16;

    private readonly IUserStores stores;
    private readonly MeshLimits limits;
    private readonly QuotaBook quotas;
    private readonly TimeProvider time;
    private readonly ILogger<MeshRegistry> logger;
    private readonly Action<UserId> retired;
    private readonly ConcurrentDictionary<UserId, MeshEntry> entries = new();

    // Loads under way, so that the callers of one user share one load. Users never share work.
    private readonly ConcurrentDictionary<UserId, Lazy<Task<MeshEntry?>>> loads = new();
    private readonly EvictionRound eviction = new();
    private readonly ITimer purgeTimer;
    private readonly ITimer idleTimer;
    private long totalBytes;

    /// <param name="stores">The users' stores.</param>
    /// <param name="limits">The limits of meshes.</param>
    /// <param name="quotas">What each user may hold.</param>
    /// <param name="time">The clock by which meshes are idle and rounds begin.</param>
    /// <param name="logger">The log.</param>
    /// <param name="retired">
    /// Called for each user with a mesh that left service because its store was erased or replaced, by this node or another one. Called
    /// before streams hear of it. Null: nothing is called.
    /// </param>
    public MeshRegistry(
        IUserStores stores, MeshLimits limits, QuotaBook quotas, TimeProvider time, ILogger<MeshRegistry> logger,
        Action<UserId>? retired = null)
    {
        (this.stores, this.limits, this.quotas, this.time, this.logger) = (stores, limits, quotas, time, logger);
        this.retired = retired ?? (static _ => { });
        purgeTimer = time.CreateTimer(_ => _ = CleanupExpiredAsync(), null, limits.PurgeInterval, limits.PurgeInterval);
        idleTimer = time.CreateTimer(_ => EvictIdle(), null, limits.IdleTime / 2, limits.IdleTime / 2);
    }

    /// <summary>How many meshes are in memory.</summary>
    public int Loaded => entries.Count;

    /// <summary>How many commands wait for their group.</summary>
    public int Queued => entries.Values.Sum(entry => entry.Mesh.Queued);

    /// <summary>How many turns of costly work wait.</summary>
    public int CostlyQueued => entries.Values.Sum(entry => entry.Mesh.Costly.Waiting);

    /// <summary>Whether other nodes write to the same stores. Then a mesh in memory must catch up before it answers a read.</summary>
    public bool IsShared => stores.IsShared;

    /// <summary>How many meshes were looked at to choose those that leave memory.</summary>
    internal long EvictionLooks => eviction.Looks;

    internal long Timestamp => time.GetTimestamp();

    /// <summary>Holds the user's mesh if it is in memory.</summary>
    public bool TryLease(UserId user, out MeshLease lease)
    {
        var isHeld = entries.TryGetValue(user, out var entry) && entry.TryLease();
        lease = isHeld ? new(entry!) : default;
        return isHeld;
    }

    /// <summary>Holds the user's mesh for reading. For a user without a store the lease is empty, and nothing is created.</summary>
    /// <exception cref="MeshException">STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    public ValueTask<MeshLease> FindAsync(UserId user, CancellationToken cancellationToken) =>
        stores.IsShared ? LoadCurrentAsync(user, creating: null, cancellationToken)
        : TryLease(user, out var lease) ? new(lease) : LoadAsync(user, creating: null, cancellationToken);

    /// <summary>Holds the user's mesh for writing. A store is made if the user has none, and if the right still holds then.</summary>
    /// <exception cref="MeshException">
    /// CREDENTIALS_INVALID, STORE_CORRUPT, STORE_DOWN, STORE_BUSY, STORE_FULL, STORE_READ_ONLY.
    /// </exception>
    public ValueTask<MeshLease> OpenAsync(UserId user, StoreRight right, CancellationToken cancellationToken) =>
        TryLease(user, out var lease) ? new(lease) : LoadAsync(user, right, cancellationToken);

    /// <summary>
    /// Holds the user's mesh for following it. The mesh shows all that any node had acknowledged before, so that it knows the positions
    /// that other nodes have given out. A store is made if the user has none, and if the right still holds then.
    /// </summary>
    /// <exception cref="MeshException">As <see cref="OpenAsync"/>.</exception>
    public ValueTask<MeshLease> OpenCurrentAsync(UserId user, StoreRight right, CancellationToken cancellationToken) =>
        stores.IsShared ? LoadCurrentAsync(user, right, cancellationToken) : OpenAsync(user, right, cancellationToken);

    /// <summary>Stops the timers and drops all meshes. Calls must have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await purgeTimer.DisposeAsync();
        await idleTimer.DisposeAsync();
        foreach (var entry in entries.Values)
        {
            TryEvict(entry);
        }
    }

    internal void Count(long bytes)
    {
        if (bytes != 0 && Interlocked.Add(ref totalBytes, bytes) > limits.MaxBytes && bytes > 0)
        {
            EvictToFit(EvictionRound.LooksOfACall);
        }
    }

    // A mesh of a former store is dropped, and loaded again. The caller hears of any other fault.
    private async ValueTask<MeshLease> LoadCurrentAsync(UserId user, StoreRight? creating, CancellationToken cancellationToken)
    {
        while (true)
        {
            var lease = await LoadAsync(user, creating, cancellationToken);
            if (lease.Mesh is not { } mesh)
            {
                return lease;
            }

            try
            {
                await mesh.CatchUpAsync(cancellationToken);
                if (mesh.Fault is null)
                {
                    return lease;
                }

                if (!mesh.IsOutdated)
                {
                    throw mesh.Fault;
                }
            }
            catch
            {
                lease.Dispose();
                throw;
            }
            lease.Dispose();
        }
    }

    // Without a right to make the store, the lease of a user who has none is empty.
    private async ValueTask<MeshLease> LoadAsync(UserId user, StoreRight? creating, CancellationToken cancellationToken)
    {
        var failedLoads = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entries.TryGetValue(user, out var present))
            {
                if (present.TryLease())
                {
                    return new(present);
                }

                Forget(present);
            }
            // The load belongs to all callers who wait for it, so the token of one caller does not end it.
            var load = loads.GetOrAdd(user, static (id, registry) => new(() => registry.LoadOnceAsync(id)), this);
            var entry = await load.Value.WaitAsync(cancellationToken);
            if (entry is null)
            {
                if (creating is null)
                {
                    return default;
                }

                await stores.OpenAsync(user, creating, cancellationToken);
            }
            else if (entry.TryLease())
            {
                return new(entry);
            }
            else if (entry.Mesh is { Fault: { } fault, IsOutdated: false } && ++failedLoads == MaxFailedLoads)
            {
                // A mesh that fails as soon as it is loaded would be loaded for ever.
                throw fault;
            }
        }
    }

    private async Task<MeshEntry?> LoadOnceAsync(UserId user)
    {
        try
        {
            if (entries.TryGetValue(user, out var present))
            {
                if (present.Mesh.Fault is null)
                {
                    return present;
                }

                Forget(present);
            }
            DemandMemory();
            if (await stores.FindAsync(user, CancellationToken.None) is not { } store ||
                await TryLoadAsync(store) is not { } stored)
            {
                return null;
            }

            var mesh = new UserMesh(
                store,
                stored,
                stores.Clock,
                limits,
                () => quotas.Of(user),
                stores.IsShared,
                new(user, stores.Recorder),
                () => retired(user));
            var entry = new MeshEntry(user, mesh, this);
            // Counted first, so that this mesh is not one of those that leave to make room.
            Count(entry.CountBytes());
            eviction.Add(entry);
            entries[user] = entry;
            entry.Mesh.TrimLog();
            return entry;
        }
        finally
        {
            loads.TryRemove(user, out _);
        }
    }

    // The meshes in use cannot leave. One more could end the process, and with it the calls of all users.
    private void DemandMemory()
    {
        if (Volatile.Read(ref totalBytes) <= limits.MaxBytesInUse)
        {
            return;
        }

        EvictToFit(int.MaxValue);
        if (Volatile.Read(ref totalBytes) > limits.MaxBytesInUse)
        {
            throw new MeshException(ErrorReason.StoreBusy, "The memory of this server is in use. Repeat the call.")
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            };
        }
    }

    // Null: the store was erased after it was found.
    private static async Task<StoredMesh?> TryLoadAsync(IUserStore store)
    {
        try
        {
            return await store.LoadAsync(CancellationToken.None);
        }
        catch (MeshException gone) when (gone.Reason == ErrorReason.EpochChanged)
        {
            return null;
        }
    }

    private void Forget(MeshEntry entry)
    {
        if (!entries.TryRemove(new(entry.User, entry)))
        {
            return;
        }

        eviction.Remove(entry);
        Interlocked.Add(ref totalBytes, entry.Uncount());
        if (entry.Mesh.IsOutdated)
        {
            LogOutdated(entry.User.Value);
        }
        else if (entry.Mesh.Fault is { } fault)
        {
            LogReload(entry.User.Value, fault.Reason, fault);
        }
    }

    private bool TryEvict(MeshEntry entry)
    {
        if (!entry.TryEvict())
        {
            return false;
        }

        if (entries.TryRemove(new(entry.User, entry)))
        {
            eviction.Remove(entry);
        }

        return true;
    }

    private void EvictToFit(int mostLooks)
    {
        // Free a tenth more, so that the next few loads need no eviction.
        var target = limits.MaxBytes - (limits.MaxBytes / 10);
        eviction.Run(mostLooks, TryEvict, () => Volatile.Read(ref totalBytes) <= target);
    }

    private void EvictIdle()
    {
        foreach (var entry in entries.Values)
        {
            if (entry.IsIdle && time.GetElapsedTime(entry.LastUsed) > limits.IdleTime)
            {
                TryEvict(entry);
            }
        }
    }

    private async Task CleanupExpiredAsync()
    {
        foreach (var some in entries.Values.Chunk(PurgesAtOnce))
        {
            await Task.WhenAll(some.Select(CleanupExpiredAsync));
        }
    }

    private async Task CleanupExpiredAsync(MeshEntry entry)
    {
        // A mesh grows by what other nodes push, even if no call of this node uses it.
        Count(entry.CountBytes());
        entry.Mesh.TrimLog();
        if (!entry.Mesh.HasExpired || !entry.TryLease())
        {
            return;
        }

        try
        {
            await entry.Mesh.SubmitAsync(new CleanupExpired { Origin = CommandOrigin.Purge }, CancellationToken.None);
        }
        catch (MeshException failure)
        {
            LogPurgeFailed(entry.User.Value, failure.Reason, failure);
        }
        finally
        {
            entry.Release();
        }
    }

    [LoggerMessage(1001, LogLevel.Error, "The mesh of user {User} is loaded again after {Reason}")]
    private partial void LogReload(string user, ErrorReason reason, Exception fault);

    [LoggerMessage(
        1003,
        LogLevel.Information,
        "The mesh of user {User} leaves memory: its store was replaced, or its log does not reach back to the mesh")]
    private partial void LogOutdated(string user);

    [LoggerMessage(1002, LogLevel.Warning, "Expired items of user {User} could not be purged: {Reason}; the next round tries again")]
    private partial void LogPurgeFailed(string user, ErrorReason reason, Exception failure);
}
