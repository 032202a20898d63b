using System.Diagnostics.CodeAnalysis;
using Syntha.Mesh.Stores;

namespace Syntha.Mesh.Serving;

/// <summary>
/// Brings a mesh up to what other nodes have committed: it reads the log page by page and has each page folded in, so that the state of
/// every node is the same fold of the same changes. Where the store is this node's alone, it only sees that the store is still the same.
/// Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no handle unless one is asked for.")]
internal sealed class CatchingUp(
    UserMesh mesh, PublishedState published, ExpiryAlarm expiry, IUserStore store, bool isShared, TimeProvider time)
{
    private const int MaxChangesPerPage = 2_000;
    private const long MaxBytesPerPage = 1024 * 1024;

    // So much is read while the head is locked. A mesh that is further behind reads the rest before the next turn.
    private const int MaxPagesInTurn = 2;

    private static readonly TimeSpan RetryFollowing = TimeSpan.FromSeconds(1);

    // Callers that read the same pages at the same time would only cost more.
    private readonly SemaphoreSlim reading = new(1, 1);
    private IDisposable? watch;
    private int moves; // those that the watch has told and no round has followed yet

    /// <summary>
    /// Returns when the mesh shows everything that was acknowledged on any node before the call; at once where the store is this node's
    /// alone. A mesh that belongs to another life of the store, or that the log no longer reaches, fails and is loaded again.
    /// </summary>
    /// <exception cref="MeshException">STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    public async ValueTask CatchUpAsync(CancellationToken cancellationToken)
    {
        if (!isShared)
        {
            return;
        }

        var known = mesh.State.Position;
        var head = await store.ReadHeadAsync(cancellationToken);
        if (IsBehind(head, known))
        {
            // What comes next has numbers that were given out already. A new epoch tells them apart, and every caller begins anew.
            await store.RenewEpochAsync(known, cancellationToken);
            mesh.DiscardReplaced();
        }
        else if (head.Position != mesh.State.Position)
        {
            await ReachAsync(head, cancellationToken);
        }
    }

    /// <summary>Catches up, and tells why the commands that wait cannot be served; null: they can.</summary>
    public async Task<MeshException?> TryCatchUpAsync()
    {
        try
        {
            await CatchUpAsync(CancellationToken.None);
            return mesh.Fault;
        }
        catch (MeshException failure)
        {
            return failure;
        }
        catch (Exception unexpected)
        {
            return UserMesh.UnknownOutcome(unexpected);
        }
    }

    /// <summary>Catches up by itself from now on, whenever another node has committed. Streams need it; reads ask for themselves.</summary>
    public void Watch()
    {
        if (!isShared)
        {
            return;
        }

        Interlocked.Exchange(ref watch, store.Watch(() => _ = FollowHeadAsync()));
        if (!mesh.IsServing)
        {
            EndWatch();
        }
    }

    public void EndWatch() => Volatile.Read(ref watch)?.Dispose();

    /// <summary>Catches up within a turn to write, to the turn's head, which no node moves meanwhile.</summary>
    /// <returns>False: there is too much to do while the head is locked.</returns>
    public async ValueTask<bool> TryReachAsync(IStoreTransaction turn)
    {
        if (!isShared)
        {
            // No other node has moved the head, but the store may be another than it was.
            if (turn.Head.Position.Epoch != mesh.State.Position.Epoch)
            {
                mesh.DiscardReplaced();
            }

            return true;
        }
        // No node moves the head during the turn. So it has lost commits, which is seen to outside of the turn.
        if (IsBehind(turn.Head, mesh.State.Position))
        {
            return false;
        }

        for (var page = 0; page < MaxPagesInTurn; page++)
        {
            if (await TryStepAsync(turn.Head, from => turn.ReadChangesAsync(from, MaxChangesPerPage, MaxBytesPerPage)))
            {
                return true;
            }
        }
        return false;
    }

    // The watch calls it when the head may have moved, and will not say a second time that this head has moved. So what fails is tried
    // again, and a move that is told meanwhile makes another round: the round under way may have read the head before that move.
    private async Task FollowHeadAsync()
    {
        if (Interlocked.Increment(ref moves) > 1)
        {
            return;
        }

        while (mesh.IsServing)
        {
            var seen = Volatile.Read(ref moves);
            if (await TryCatchUpAsync() is not null)
            {
                // A caller who reads or writes is told the cause. Streams are late until it is over.
                await Task.Delay(RetryFollowing, time);
            }
            else if (Interlocked.CompareExchange(ref moves, 0, seen) == seen)
            {
                return;
            }
        }
    }

    private async ValueTask ReachAsync(StoreHead head, CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            while (!await TryStepAsync(head, from => store.ReadChangesAsync(from, MaxChangesPerPage, MaxBytesPerPage, cancellationToken)))
            {
            }
        }
        finally
        {
            reading.Release();
        }
    }

    // One page towards a head. True: there is nothing more to do. A turn to write may be on the same way, so what is decided here is
    // decided by where the mesh stood before the page was asked for.
    private async ValueTask<bool> TryStepAsync(StoreHead head, Func<long, ValueTask<ImmutableArray<Change>>> read)
    {
        var from = mesh.Revision;
        if (mesh.Fault is not null || IsAt(head, from))
        {
            return true;
        }

        try
        {
            var changes = await read(from);
            if (!changes.IsEmpty)
            {
                published.Apply(changes);
                expiry.Set();
            }
            else if (mesh.Revision == from)
            {
                mesh.Discard(new(ErrorReason.StoreCorrupt, "The log has a gap."));
            }
        }
        catch (MeshException compacted) when (compacted.Reason == ErrorReason.HistoryCompacted)
        {
            if (mesh.Revision == from)
            {
                mesh.DiscardOutdated(compacted);
            }
        }
        catch (MeshException gone) when (gone.Reason == ErrorReason.EpochChanged)
        {
            mesh.DiscardReplaced();
        }
        catch (Exception unexpected) when (unexpected is not (MeshException or OperationCanceledException))
        {
            var reported = UserMesh.UnknownOutcome(unexpected);
            mesh.Discard(reported);
            throw reported;
        }
        return false;
    }

    // A database that failed over to a copy may lack the last commits.
    private static bool IsBehind(StoreHead head, Position known) =>
        head.Position.Epoch == known.Epoch && head.Position.Revision < known.Revision;

    private bool IsAt(StoreHead head, long revision)
    {
        if (head.Position.Epoch != mesh.State.Position.Epoch)
        {
            mesh.DiscardReplaced();
            return true;
        }
        if (head.Position.Revision > revision)
        {
            return false;
        }

        published.MoveOldest(head.OldestRevision);
        return true;
    }
}
