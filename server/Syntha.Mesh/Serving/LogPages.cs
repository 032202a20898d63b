using Syntha.Mesh.Stores;

namespace Syntha.Mesh.Serving;

/// <summary>
/// The pages of the log that feeds have read last. Many feeds that resume at once are at nearly the same place, so each page is read and
/// decoded once for all of them. Bounded by bytes, and empty while no feed reads the log. Thread-safe.
/// </summary>
internal sealed class LogPages(IUserStore store, FeedLimits limits)
{
    private readonly Lock gate = new();

    // The oldest read first. They are few.
    private readonly List<Page> kept = [];

    // The reads under way, by the revision after which they begin. A read that was cancelled ends with neither changes nor a failure.
    private readonly Dictionary<long, TaskCompletionSource<(ImmutableArray<Change> Changes, MeshException? Failure)>> underWay = [];
    private int readers;
    private long bytes;

    // How often the pages were forgotten. A read that began before the last time may have read what is gone.
    private int forgotten;

    /// <summary>An estimate of their memory, in bytes.</summary>
    public long Bytes => Volatile.Read(ref bytes);

    /// <summary>A feed begins to read the log.</summary>
    public void Enter()
    {
        lock (gate)
        {
            readers++;
        }
    }

    /// <summary>A feed reads the log no longer.</summary>
    public void Leave()
    {
        lock (gate)
        {
            if (--readers == 0)
            {
                kept.Clear();
                Volatile.Write(ref bytes, 0);
            }
        }
    }

    /// <summary>Forgets all pages, and keeps none that is being read: values in them were redacted.</summary>
    public void Forget()
    {
        lock (gate)
        {
            forgotten++;
            kept.Clear();
            // Feeds that begin to wait now must not wait for a read of before.
            underWay.Clear();
            Volatile.Write(ref bytes, 0);
        }
    }

    /// <summary>Whole commands after a revision, up to a page.</summary>
    /// <param name="after">The revision.</param>
    /// <param name="head">The revision that readers see. What lies beyond it is not kept, because it is not known to last.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">As <see cref="IUserStore.ReadChangesAsync"/>.</exception>
    public async ValueTask<ImmutableArray<Change>> ReadAsync(long after, long head, CancellationToken cancellationToken)
    {
        while (true)
        {
            TaskCompletionSource<(ImmutableArray<Change> Changes, MeshException? Failure)>? read;
            var isFirst = false;
            int round;
            lock (gate)
            {
                round = forgotten;
                foreach (var page in kept)
                {
                    if (page.After <= after && after < page.Through)
                    {
                        return page.Following(after);
                    }
                }

                if (!underWay.TryGetValue(after, out read))
                {
                    isFirst = true;
                    underWay.Add(after, read = new(TaskCreationOptions.RunContinuationsAsynchronously));
                }
            }
            if (isFirst)
            {
                return await ReadPageAsync(read, round, after, head, cancellationToken);
            }

            // The read of another feed.
            var (changes, failure) = await read.Task.WaitAsync(cancellationToken);
            if (failure is not null)
            {
                throw failure;
            }

            if (!changes.IsDefault)
            {
                return changes;
            }
        }
    }

    private async ValueTask<ImmutableArray<Change>> ReadPageAsync(
        TaskCompletionSource<(ImmutableArray<Change>, MeshException?)> read, int round, long after, long head,
        CancellationToken cancellationToken)
    {
        var (changes, failure) = (default(ImmutableArray<Change>), default(MeshException));
        try
        {
            return changes = await store.ReadChangesAsync(after, limits.PageChanges, limits.PageBytes, cancellationToken);
        }
        catch (MeshException cause)
        {
            failure = cause;
            throw;
        }
        finally
        {
            lock (gate)
            {
                if (round == forgotten)
                {
                    underWay.Remove(after);
                    Keep(after, head, changes);
                }
            }
            read.SetResult((changes, failure));
        }
    }

    private void Keep(long after, long head, ImmutableArray<Change> changes)
    {
        if (readers == 0 || changes.IsDefaultOrEmpty || changes[^1].Place.Revision > head)
        {
            return;
        }

        var added = new Page(after, changes);
        if (added.Bytes > limits.RecentBytes)
        {
            return;
        }

        var sum = bytes + added.Bytes;
        while (sum > limits.RecentBytes)
        {
            sum -= kept[0].Bytes;
            kept.RemoveAt(0);
        }

        kept.Add(added);
        Volatile.Write(ref bytes, sum);
    }

    private sealed class Page(long after, ImmutableArray<Change> changes)
    {
        public long After => after;

        public long Through { get; } = changes[^1].Place.Revision;

        public long Bytes { get; } = changes.Sum(change => 256 + (change.Item?.Bytes ?? change.Claim?.Bytes ?? 0));

        public ImmutableArray<Change> Following(long revision)
        {
            var begin = 0;
            for (var end = changes.Length; begin < end;)
            {
                var middle = (begin + end) / 2;
                (begin, end) = changes[middle].Place.Revision > revision ? (begin, middle) : (middle + 1, end);
            }

            return changes.Slice(begin, changes.Length - begin);
        }
    }
}
