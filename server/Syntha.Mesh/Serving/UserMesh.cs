using System.Collections.Concurrent;
using Syntha.Mesh.Reading;
using Syntha.Mesh.State;
using Syntha.Mesh.Stores;
using Syntha.Mesh.Writing;

namespace Syntha.Mesh.Serving;

/// <summary>
/// One user's mesh in memory. Thread-safe: readers take the current immutable state and no lock; commands queue for a single writer, which
/// commits them in groups.
/// </summary>
public sealed class UserMesh
{
    /// <summary>A group ends here, so that its transaction stays small and the commands behind it get their turn.</summary>
    private const int MaxCommandsPerGroup = 512;

    // Timers take up to 49 days; a later deadline is looked at again by then.
    private static readonly TimeSpan MaxTimer = TimeSpan.FromDays(40);
    private static readonly TimeSpan RetryExpiry = TimeSpan.FromSeconds(10);
    private static readonly IReadOnlyDictionary<Guid, KnownRequest> NoRequests = ImmutableDictionary<Guid, KnownRequest>.Empty;

    private readonly IUserStore store;
    private readonly TimeProvider time;
    private readonly Lock closing = new();
    private readonly ConcurrentQueue<PendingCommand> queue = new();
    private readonly ITimer expiryTimer;
    private volatile MeshState state;
    private volatile MeshException? fault;
    private bool isClosed;
    private long latestTicks;
    private int isWriting;

    internal UserMesh(IUserStore store, StoredMesh stored, TimeProvider time)
    {
        (this.store, this.time) = (store, time);
        state = MeshState.Load(stored);
        expiryTimer = time.CreateTimer(_ => _ = LogExpiriesAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        ScheduleExpiry();
    }

    /// <summary>
    /// Why this mesh no longer serves: what its store holds is unknown since a commit failed. The next caller gets a new mesh, loaded anew.
    /// </summary>
    internal MeshException? Fault => fault;

    /// <summary>An estimate of the memory it takes, in bytes: text in memory has two bytes a character, and each item its entries in lists.</summary>
    internal long MemoryBytes
    {
        get
        {
            var now = state;
            return 8192 + (2 * now.Bytes) + (640L * now.Items.Count) + (128L * now.Listings) + (256L * (now.Expired.Count + now.Agents.Count));
        }
    }

    /// <summary>What a caller sees now; null: the owner.</summary>
    public MeshView View(AgentName? agent) => new(state, Now(), agent);

    /// <summary>Carries a command out and returns when it is durable and visible.</summary>
    /// <exception cref="MeshException">The command is refused, or the store fails.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before its group was formed: nothing was done.</exception>
    public Task<CommandResult> SubmitAsync(MeshCommand command, CancellationToken cancellationToken)
    {
        var pending = new PendingCommand(command, cancellationToken);
        queue.Enqueue(pending);
        StartWriting();
        return pending.Task;
    }

    /// <summary>
    /// Closes a mesh that no caller holds, unless it is writing: two meshes of one store must never write side by side. A closed mesh
    /// starts nothing any more. Never waits.
    /// </summary>
    internal bool TryClose()
    {
        // Held elsewhere means that the timer is about to write.
        if (!closing.TryEnter())
            return false;
        try
        {
            if (Volatile.Read(ref isWriting) != 0 || !queue.IsEmpty)
                return false;
            isClosed = true;
        }
        finally
        {
            closing.Exit();
        }
        expiryTimer.Dispose();
        return true;
    }

    /// <summary>Whether there are expired items to purge.</summary>
    internal bool HasExpired => !state.Expired.IsEmpty || (!state.Deadlines.IsEmpty && state.Deadlines.Min.At <= Now());

    private void StartWriting()
    {
        if (Interlocked.Exchange(ref isWriting, 1) == 0)
            _ = WriteAsync();
    }

    // Runs while there are commands, one group a turn. Never throws: every fault ends with the callers of its group.
    private async Task WriteAsync()
    {
        do
        {
            while (!queue.IsEmpty)
            {
                try
                {
                    await store.WriteAsync(CommitGroupAsync, CancellationToken.None).ConfigureAwait(false);
                }
                catch (MeshException refusal)
                {
                    // The turn itself was refused (say, the store is busy): nobody in the queue can be served now.
                    FailQueue(refusal);
                }
                catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
                {
                    var reported = Unknown(unexpected);
                    Discard(reported);
                    FailQueue(reported);
                }
            }
            // A full fence: with a mere release the look at the queue could come first, and a command that was queued in between, whose
            // caller still saw a writer at work, would lie there until the next one.
            Interlocked.Exchange(ref isWriting, 0);
        }
        while (!queue.IsEmpty && Interlocked.Exchange(ref isWriting, 1) == 0);
    }

    // Runs on the store's writer thread. The group is put together here, so that it holds whatever came while the turn was awaited.
    private async ValueTask CommitGroupAsync(IStoreTransaction transaction)
    {
        var commands = TakeCommands();
        if (fault is not null)
        {
            foreach (var pending in commands)
                pending.SetException(fault);
            return;
        }
        CommandGroup? group = null;
        try
        {
            var ids = commands.Where(pending => pending.Command.Request is not null).Select(pending => pending.Command.Request!.Id).ToHashSet();
            var known = ids.Count == 0 ? NoRequests : await transaction.FindRequestsAsync(ids).ConfigureAwait(false);
            group = new CommandGroup(state, Latest(transaction.Now), known);
            foreach (var pending in commands)
                group.Evaluate(pending);
            if (group.Committed.Count > 0)
            {
                await transaction.CommitAsync(group.Committed).ConfigureAwait(false);
                state = group.State;
                ScheduleExpiry();
            }
            group.Answer();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            var reported = failure as MeshException ?? Unknown(failure);
            if (reported.Reason is not (ErrorReason.StoreFull or ErrorReason.StoreBusy or ErrorReason.StoreReadOnly))
                Discard(reported);
            foreach (var pending in commands)
                pending.TrySetException(reported);
        }
    }

    private List<PendingCommand> TakeCommands()
    {
        var commands = new List<PendingCommand>();
        while (commands.Count < MaxCommandsPerGroup && queue.TryDequeue(out var pending))
        {
            if (!pending.IsAbandoned)
                commands.Add(pending);
        }
        return commands;
    }

    // The timer goes as well: until its next ring, perhaps in years, it would keep the whole mesh in memory.
    private void Discard(MeshException cause)
    {
        fault = cause;
        expiryTimer.Dispose();
    }

    private void FailQueue(MeshException refusal)
    {
        while (queue.TryDequeue(out var pending))
            pending.TrySetException(refusal);
    }

    private static MeshException Unknown(Exception cause) =>
        new(ErrorReason.StoreDown, "The store did not answer; whether the command was carried out is unknown. Repeat it with the same request id.", cause)
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };

    private void ScheduleExpiry()
    {
        MeshState scheduled;
        do
        {
            scheduled = state;
            if (scheduled.Deadlines.IsEmpty)
                return;
            // A timer counts in milliseconds: one more, or it would ring just before the moment.
            var due = scheduled.Deadlines.Min.At - Now() + TimeSpan.FromMilliseconds(1);
            expiryTimer.Change(due < TimeSpan.Zero ? TimeSpan.Zero : due < MaxTimer ? due : MaxTimer, Timeout.InfiniteTimeSpan);
        }
        // The writer and the timer may both be here: whoever set it last must have looked at the latest state.
        while (scheduled != state);
    }

    private async Task LogExpiriesAsync()
    {
        if (fault is not null)
            return;
        if (state.Deadlines.IsEmpty || state.Deadlines.Min.At > Now())
        {
            ScheduleExpiry();
            return;
        }
        try
        {
            Task<CommandResult> logged;
            lock (closing)
            {
                if (isClosed)
                    return;
                logged = SubmitAsync(new ExpireDue(), CancellationToken.None);
            }
            await logged.ConfigureAwait(false);
        }
        catch (MeshException)
        {
            // Nothing is lost: an item past its deadline is absent whether that is logged or not. Whoever writes next is told the cause.
            expiryTimer.Change(RetryExpiry, Timeout.InfiniteTimeSpan);
        }
    }

    private DateTimeOffset Now() => Latest(time.GetUtcNow());

    // The clock may be set back; what has expired must not come to life again.
    private DateTimeOffset Latest(DateTimeOffset moment)
    {
        // Whole microseconds are what stores keep.
        var ticks = moment.UtcTicks - (moment.UtcTicks % TimeSpan.TicksPerMicrosecond);
        var latest = Volatile.Read(ref latestTicks);
        while (ticks > latest)
        {
            var seen = Interlocked.CompareExchange(ref latestTicks, ticks, latest);
            if (seen == latest)
                return new(ticks, TimeSpan.Zero);
            latest = seen;
        }
        return new(latest, TimeSpan.Zero);
    }
}
