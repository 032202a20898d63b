using Syntha.Storage.Ground;
using Syntha.Storage.Options;

namespace Syntha.Storage.Sqlite.OneUser;

/// <summary>
/// The bounded set of open files. A caller that works on a file holds a lease of it. When all slots are taken, the file that was idle for
/// longest makes room. When none is idle, callers wait in order. Thread-safe; nothing here blocks on a file.
/// </summary>
internal sealed class SqliteFiles : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<UserId, Entry> entries = [];
    private readonly Dictionary<UserId, SqliteFile> leaving = [];   // without a slot, but not closed yet
    private readonly LinkedList<Entry> idle = [];   // the file that was idle for longest comes first
    private readonly LinkedList<Waiter> waiters = [];
    private readonly Func<UserId, SqliteFile[], SqliteFile> make;
    private readonly Func<SqliteFile, Task> close;
    private readonly int capacity;
    private readonly TimeSpan idleCloseAfter;
    private readonly TimeSpan maxWait;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly ITimer timer;
    private TaskCompletionSource? drained;
    private int taken;
    private bool crowded;

    /// <param name="make">Makes a user's file. Gets the files that must be closed before it is opened.</param>
    /// <param name="close">Closes a file on a thread that may block.</param>
    /// <param name="capacity">How many files may be open.</param>
    /// <param name="options">The times to wait and to close idle files.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public SqliteFiles(
        Func<UserId, SqliteFile[], SqliteFile> make, Func<SqliteFile, Task> close, int capacity, StorageOptions options, TimeProvider time,
        ILogger logger)
    {
        (this.make, this.close, this.capacity, this.time, this.logger) = (make, close, capacity, time, logger);
        (idleCloseAfter, maxWait) = (options.IdleCloseAfter, options.MaxWait);
        var period = TimeSpan.FromTicks(Math.Max(idleCloseAfter.Ticks / 4, TimeSpan.TicksPerSecond / 4));
        timer = time.CreateTimer(_ => _ = CloseIdleAsync(), null, period, period);
    }

    /// <summary>How many slots are taken now.</summary>
    public int Open
    {
        get
        {
            lock (gate)
            {
                return taken;
            }
        }
    }

    /// <summary>Must be called for each file that was closed.</summary>
    public void Closed(SqliteFile file)
    {
        lock (gate)
        {
            if (leaving.TryGetValue(file.User, out var latest) && latest == file)
            {
                leaving.Remove(file.User);
            }
        }
    }

    /// <exception cref="MeshException">STORE_BUSY: no slot became free in time. NODE_DRAINING: the server is closing.</exception>
    public async ValueTask<Lease> LeaseAsync(UserId user, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (gate)
        {
            if (drained is not null)
            {
                throw StoreErrors.Draining();
            }
            // Callers that wait already come first, except for a user whose file is open anyway.
            if (TakeUnsynchronized(user, mayAdd: waiters.Count == 0) is { } entry)
            {
                return new(this, entry);
            }

            waiter = new(user);
            waiters.AddLast(waiter);
            if (!crowded)
            {
                StorageLog.AllInUse(logger, capacity);
            }

            crowded = true;
        }
        return new(this, await WaitAsync(waiter, cancellationToken));
    }

    /// <summary>Waits until all leases are released, and closes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await timer.DisposeAsync();
        List<Entry> closing;
        Task rest;
        lock (gate)
        {
            drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            rest = drained.Task;
            closing = [.. idle];
            foreach (var entry in closing)
            {
                RemoveUnsynchronized(entry);
            }

            if (taken == 0)
            {
                drained.TrySetResult();
            }
        }
        await CloseAsync(closing);
        await rest;
    }

    private async Task<Entry> WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        try
        {
            return await waiter.Given.Task.WaitAsync(maxWait, time, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // A slot may have been given at this very moment. Then it goes to the next caller.
            lock (gate)
            {
                waiters.Remove(waiter);
            }

            if (waiter.Given.Task.IsCompletedSuccessfully)
            {
                Release(await waiter.Given.Task);
            }

            if (exception is OperationCanceledException)
            {
                throw;
            }

            throw StoreErrors.Busy(new TimeoutException(
                $"All {capacity} stores that may be open (Storage:MaxOpenStores) were in use for {maxWait}."));
        }
    }

    private void Release(Entry entry)
    {
        Entry? closing = null;
        lock (gate)
        {
            if (--entry.Leases > 0)
            {
                return;
            }

            entry.IdleSince = time.GetTimestamp();
            idle.AddLast(entry.Node);
            ServeUnsynchronized();
            // Unless a waiting caller has taken the slot meanwhile.
            if (drained is not null && entry.Node.List is not null)
            {
                RemoveUnsynchronized(entry);
                closing = entry;
            }
        }
        if (closing is not null)
        {
            _ = CloseAsync([closing]);
        }
    }

    private async Task CloseIdleAsync()
    {
        List<Entry> closing = [];
        lock (gate)
        {
            while (idle.First?.Value is { } entry && time.GetElapsedTime(entry.IdleSince) >= idleCloseAfter)
            {
                RemoveUnsynchronized(entry);
                closing.Add(entry);
            }
        }
        await CloseAsync(closing);
    }

    // A file keeps its slot until it is closed.
    private async Task CloseAsync(List<Entry> closing)
    {
        foreach (var entry in closing)
        {
            await close(entry.File);
            lock (gate)
            {
                taken--;
                ServeUnsynchronized();
                if (taken == 0)
                {
                    drained?.TrySetResult();
                }
            }
        }
    }

    private void ServeUnsynchronized()
    {
        while (waiters.First?.Value is { } waiter && TakeUnsynchronized(waiter.User, mayAdd: true) is { } entry)
        {
            waiters.RemoveFirst();
            waiter.Given.SetResult(entry);
        }
        if (waiters.Count == 0)
        {
            crowded = false;
        }
    }

    private Entry? TakeUnsynchronized(UserId user, bool mayAdd)
    {
        if (!entries.TryGetValue(user, out var entry))
        {
            if (!mayAdd || (taken == capacity && idle.First is null))
            {
                return null;
            }

            entry = AddUnsynchronized(user);
        }
        if (entry.Leases++ == 0 && entry.Node.List is not null)
        {
            idle.Remove(entry.Node);
        }

        return entry;
    }

    private Entry AddUnsynchronized(UserId user)
    {
        var predecessors = new List<SqliteFile>(2);
        if (leaving.TryGetValue(user, out var earlier))
        {
            predecessors.Add(earlier);
        }

        if (taken < capacity)
        {
            taken++;
        }
        else
        {
            var victim = idle.First!.Value;
            RemoveUnsynchronized(victim);
            predecessors.Add(victim.File);
        }
        var entry = new Entry(make(user, [.. predecessors]));
        entries.Add(user, entry);
        return entry;
    }

    private void RemoveUnsynchronized(Entry entry)
    {
        idle.Remove(entry.Node);
        entries.Remove(entry.File.User);
        leaving[entry.File.User] = entry.File;
    }

    /// <summary>The right to work on a user's file, until it is disposed.</summary>
    public readonly struct Lease : IDisposable
    {
        private readonly SqliteFiles files;
        private readonly Entry entry;

        internal Lease(SqliteFiles files, Entry entry) => (this.files, this.entry) = (files, entry);

        public SqliteFile File => entry.File;

        public void Dispose() => files.Release(entry);
    }

    internal sealed class Entry
    {
        public Entry(SqliteFile file)
        {
            File = file;
            Node = new(this);
        }

        public SqliteFile File { get; }

        public LinkedListNode<Entry> Node { get; }

        public int Leases { get; set; }

        public long IdleSince { get; set; }
    }

    private sealed class Waiter(UserId user)
    {
        public UserId User { get; } = user;

        public TaskCompletionSource<Entry> Given { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
