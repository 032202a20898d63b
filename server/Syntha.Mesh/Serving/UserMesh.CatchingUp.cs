using Syntha.Mesh.State;
using Syntha.Mesh.Stores;

namespace Syntha.Mesh.Serving;

/// <content>
/// What other nodes have committed: read from the log and folded in, so that every node's state is the same fold of the same changes.
/// </content>
public sealed partial class UserMesh
{
    private const int MaxChangesPerPage = 2_000;
    private const long MaxBytesPerPage = 1024 * 1024;

    // So much is read while the head is locked; whoever is further behind reads the rest before the next turn.
    private const int MaxPagesInTurn = 2;

    private static readonly TimeSpan RetryFollowing = TimeSpan.FromSeconds(1);

    // The state has one writer at a time: a turn to write, or somebody who catches up.
    private readonly Lock publishing = new();
    private readonly SemaphoreSlim catchingUp = new(1, 1);
    private IDisposable? watch;
    private bool isFarBehind;
    private int following;

    /// <summary>Whether it failed for no fault: the store was erased or replaced, or its log does not reach back to where this mesh stood.</summary>
    internal bool IsOutdated { get; private set; }

    /// <summary>Takes the mesh out of service because its store is another one now. Commands that wait are refused, and streams end.</summary>
    internal void Retire(MeshException cause)
    {
        IsOutdated = true;
        retired?.Invoke();
        Discard(cause);
    }

    /// <summary>
    /// Returns when this mesh shows everything that was acknowledged on any node before the call; at once where the store is this node's
    /// alone. When the mesh turns out to be of another life of the store, or too far behind for the log, it fails and is loaded anew.
    /// </summary>
    /// <exception cref="MeshException">STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    internal async ValueTask CatchUpAsync(CancellationToken cancellationToken)
    {
        if (!isShared)
        {
            return;
        }

        var head = await store.ReadHeadAsync(cancellationToken);
        if (head.Position != state.Position)
        {
            await ReachAsync(head, cancellationToken);
        }
    }

    // Called when the head may have moved, for streams: reads ask for themselves. What fails is tried again, because nobody will say a second
    // time that this head has moved. One that is under way may have asked too early, so a second one waits behind it; a third is not needed.
    private async Task FollowHeadAsync()
    {
        if (Interlocked.Increment(ref following) > 2)
        {
            Interlocked.Decrement(ref following);
            return;
        }
        try
        {
            while (fault is null && !isClosed)
            {
                try
                {
                    await CatchUpAsync(CancellationToken.None);
                    return;
                }
                catch (MeshException)
                {
                    // Whoever reads or writes is told the cause; streams are late until it is over.
                    await Task.Delay(RetryFollowing, time);
                }
            }
        }
        finally
        {
            Interlocked.Decrement(ref following);
        }
    }

    private async ValueTask ReachAsync(StoreHead head, CancellationToken cancellationToken)
    {
        await catchingUp.WaitAsync(cancellationToken);
        try
        {
            while (!await TryStepAsync(
                head, from => store.ReadChangesAsync(from, MaxChangesPerPage, MaxBytesPerPage, cancellationToken)))
            {
            }
        }
        finally
        {
            catchingUp.Release();
        }
    }

    // In a turn to write, up to its head, which nobody moves meanwhile. False: there is too much to read under the lock.
    private async ValueTask<bool> TryReachAsync(IStoreTransaction transaction)
    {
        if (!isShared)
        {
            // Nobody else has moved the head, but the store may be another than it was.
            if (transaction.Head.Position.Epoch != state.Position.Epoch)
            {
                DiscardOutdated(null);
            }

            return true;
        }
        for (var page = 0; page < MaxPagesInTurn; page++)
        {
            if (await TryStepAsync(
                transaction.Head, from => transaction.ReadChangesAsync(from, MaxChangesPerPage, MaxBytesPerPage)))
            {
                return true;
            }
        }
        return false;
    }

    // One page towards a head; true when there is nothing more to do. Others may be on the same way: what is decided here, is decided by
    // where the state stood before the page was asked for.
    private async ValueTask<bool> TryStepAsync(StoreHead head, Func<long, ValueTask<ImmutableArray<Change>>> read)
    {
        var from = Revision;
        if (fault is not null || IsAt(head, from))
        {
            return true;
        }

        try
        {
            var changes = await read(from);
            if (!changes.IsEmpty)
            {
                Apply(changes);
            }
            else if (Revision == from)
            {
                Discard(new(ErrorReason.StoreCorrupt, "The log has a gap."));
            }
        }
        catch (MeshException compacted) when (compacted.Reason == ErrorReason.HistoryCompacted)
        {
            if (Revision == from)
            {
                DiscardOutdated(compacted);
            }
        }
        catch (MeshException gone) when (gone.Reason == ErrorReason.EpochChanged)
        {
            DiscardOutdated(null);
        }
        catch (Exception unexpected) when (unexpected is not (MeshException or OperationCanceledException))
        {
            var reported = Unknown(unexpected);
            Discard(reported);
            throw reported;
        }
        return false;
    }

    private bool IsAt(StoreHead head, long revision)
    {
        if (head.Position.Epoch != state.Position.Epoch)
        {
            DiscardOutdated(null);
            return true;
        }
        if (head.Position.Revision > revision)
        {
            return false;
        }

        lock (publishing)
        {
            if (head.OldestRevision > state.OldestRevision)
            {
                state = state.WithOldest(head.OldestRevision);
            }
        }
        return true;
    }

    private void Apply(ImmutableArray<Change> changes)
    {
        var commands = changes.GroupBy(change => change.Place.Revision).Select(group => new CommittedCommand(group.Key, [.. group], null)).ToList();
        lock (publishing)
        {
            var news = commands.Where(command => command.Revision > state.Position.Revision).ToList();
            if (news.Count == 0)
            {
                return;
            }

            var fold = new MeshFold(state);
            foreach (var change in news.SelectMany(command => command.Changes))
            {
                fold.Apply(change);
            }

            Publish(news, fold.ToState(state.Position with { Revision = news[^1].Revision }));
        }
    }

    private void DiscardOutdated(MeshException? cause) => Retire(
        new(ErrorReason.StoreDown, "The mesh in memory is not what the store holds any more; it is loaded anew. Repeat the call.", cause)
        {
            RetryAfter = TimeSpan.FromMilliseconds(50),
        });
}
