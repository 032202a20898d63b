using System.Diagnostics.CodeAnalysis;
using Syntha.Mesh.Quotas;
using Syntha.Mesh.State;
using Syntha.Mesh.Stores;
using Syntha.Mesh.Writing;

namespace Syntha.Mesh.Serving;

/// <summary>
/// One user's mesh in memory: the state that readers see, and the node's only writer of that user's store. Thread-safe. Readers take the
/// current immutable state and no lock. Commands queue; the writer commits them in groups, one group a turn.
/// </summary>
/// <remarks>
/// What excludes what, in the order in which it is taken:
/// <list type="number">
/// <item>A turn to write, which the store gives to one writer at a time; or the semaphore of <see cref="CatchingUp"/>. Never both.</item>
/// <item>The lock of <see cref="PublishedState"/>, within either: its holder replaces the state.</item>
/// <item>
/// <c>closing</c>, with none of these held: it decides between a mesh that closes and a writer that begins. Nothing starts under it. The
/// lock <c>evicting</c> of the registry's <see cref="EvictionRound"/> is taken before it.
/// </item>
/// </list>
/// <c>isWriting</c> is the writer's gate: the thread that moves it from 0 to 1 starts the writer.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "TryClose and Discard let go of the timer and the watch.")]
public sealed partial class UserMesh
{
    private static readonly IReadOnlyDictionary<Guid, KnownRequest> NoRequests = ImmutableDictionary<Guid, KnownRequest>.Empty;

    private readonly Lock closing = new();
    private readonly IUserStore store;
    private readonly TimeProvider time;
    private readonly MeshLimits limits;
    private readonly Func<UserQuotas> quotas;
    private readonly bool isShared;
    private readonly MeshOutbox outbox;
    private readonly Action? retired;
    private readonly CommandQueue queue;
    private readonly PublishedState published;
    private readonly MeshClock clock;
    private readonly CatchingUp catchingUp;
    private readonly LogTrimming trimming;
    private readonly ExpiryAlarm expiry;
    private volatile MeshException? fault;
    private int feeds;
    private volatile bool isClosed;
    private int isWriting;

    // The writer's own: it must catch up before it takes another turn.
    private bool isFarBehind;

    /// <param name="store">The user's store.</param>
    /// <param name="stored">What it holds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="limits">The limits of meshes.</param>
    /// <param name="quotas">What the user may hold, asked for each group of commands.</param>
    /// <param name="isShared">Whether other nodes write to the store as well.</param>
    /// <param name="outbox">Is told of each commit.</param>
    /// <param name="retired">Called when the store has become another one, before streams hear of it. Null: nothing is called.</param>
    internal UserMesh(
        IUserStore store, StoredMesh stored, TimeProvider time, MeshLimits limits, Func<UserQuotas> quotas, bool isShared = false,
        MeshOutbox outbox = default, Action? retired = null)
    {
        (this.store, this.time, this.limits, this.quotas, this.isShared) = (store, time, limits, quotas, isShared);
        (this.outbox, this.retired) = (outbox, retired);
        queue = new(limits.Queues);
        published = new(MeshState.Load(stored), limits.Feeds);
        LogPages = new(store, limits.Feeds);
        Past = new(this, store, limits.Feeds.PinnedBytes);
        clock = new(time);
        expiry = new(this, time);
        catchingUp = new(this, published, expiry, store, isShared, time);
        trimming = new(limits, quotas, outbox, time, BeginTrimming);
        published.Redacted = ForgetRedacted;
        expiry.Set();
    }

    /// <summary>
    /// Why this mesh no longer serves: since a commit failed, what its store holds is unknown. The next caller gets a mesh that is loaded
    /// again.
    /// </summary>
    internal MeshException? Fault => fault;

    /// <summary>
    /// Whether it failed without a fault: the store was erased or replaced, or its log no longer reaches back to this mesh.
    /// </summary>
    internal bool IsOutdated { get; private set; }

    /// <summary>Whether it is outdated because another life of the store has begun. Set before the fault.</summary>
    internal bool IsReplaced { get; private set; }

    /// <summary>How many feeds the user has on this node.</summary>
    internal int Feeds => Volatile.Read(ref feeds);

    internal bool IsServing => fault is null && !isClosed;

    /// <summary>Carries a command out and returns when it is durable and visible. The caller must hold a lease.</summary>
    /// <exception cref="MeshException">
    /// The command is refused, or the store fails. RATE_LIMITED, STORE_BUSY: too many bytes of commands wait already.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled before its group was formed: nothing was done.</exception>
    public Task<CommandResult> SubmitAsync(MeshCommand command, CancellationToken cancellationToken)
    {
        // A caller that finds no writer at work is mostly the only one of its group.
        var pending = new PendingCommand(command, command.BytesIn(State), isAlone: Volatile.Read(ref isWriting) == 0, cancellationToken);
        if (queue.FindRefusal(pending) is { } refusal)
        {
            return Task.FromException<CommandResult>(refusal);
        }

        if (TryPassGate())
        {
            _ = WriteAsync();
        }

        return pending.Task;
    }

    /// <summary>Submits a command of the mesh's own, which no caller's lease protects. Null: the mesh serves no longer.</summary>
    internal Task<CommandResult>? TrySubmit(MeshCommand command)
    {
        var pending = new PendingCommand(command, command.BytesIn(State), isAlone: true, CancellationToken.None);
        return TryBegin(() => queue.Add(pending)) ? pending.Task : null;
    }

    /// <summary>
    /// Has the log looked at for what is beyond its limits, too old above all, unless it is known that nothing is. Returns at once.
    /// </summary>
    internal void TrimLog()
    {
        Past.Forget();
        if (trimming.MayBeTooOld(Now()))
        {
            BeginTrimming();
        }
    }

    /// <summary>
    /// Closes a mesh that no caller holds, unless it is writing: two meshes of one store must never write side by side. A closed mesh
    /// starts nothing any more.
    /// </summary>
    internal bool TryClose()
    {
        lock (closing)
        {
            if (Volatile.Read(ref isWriting) != 0 || !queue.IsEmpty || trimming.IsDue)
            {
                return false;
            }

            isClosed = true;
        }
        expiry.Dispose();
        catchingUp.EndWatch();
        return true;
    }

    /// <summary>Takes the mesh out of service because its store was replaced. Commands that wait are refused, and streams end.</summary>
    internal void Retire(MeshException cause)
    {
        IsOutdated = true;
        retired?.Invoke();
        Discard(cause);
    }

    /// <summary>As <see cref="CatchingUp.CatchUpAsync"/>.</summary>
    internal ValueTask CatchUpAsync(CancellationToken cancellationToken) => catchingUp.CatchUpAsync(cancellationToken);

    /// <summary>Another life of the store has begun, on this node or another. Streams are told: their positions mean nothing now.</summary>
    internal void DiscardReplaced()
    {
        IsReplaced = true;
        DiscardOutdated(null);
    }

    internal void DiscardOutdated(MeshException? cause) => Retire(
        new(ErrorReason.StoreDown, "The store has changed under the mesh in memory, which is loaded again. Repeat the call.", cause)
        {
            RetryAfter = TimeSpan.FromMilliseconds(50),
        });

    // The timer goes as well: until its next ring, perhaps in years, it would keep the whole mesh in memory.
    internal void Discard(MeshException cause)
    {
        fault = cause;
        expiry.Dispose();
        catchingUp.EndWatch();
        published.Wake();
    }

    internal static MeshException UnknownOutcome(Exception cause) => new(
        ErrorReason.StoreDown,
        "The store did not answer; whether the command was carried out is unknown. Repeat it with the same request id.",
        cause)
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    internal void BeginFeed() => Interlocked.Increment(ref feeds);

    internal void EndFeed() => Interlocked.Decrement(ref feeds);

    // Under the lock of the published state, before readers see the redaction. A caller that was on its way puts something back perhaps,
    // which is known by its state: each of these asks for the last redaction that the state knows.
    private void ForgetRedacted()
    {
        LogPages.Forget();
        Past.ForgetAll();
        Pinned.LoseAll();
    }

    private bool TryPassGate() => Interlocked.Exchange(ref isWriting, 1) == 0;

    private void BeginTrimming() => TryBegin(trimming.BecomeDue);

    // For work that no lease protects. The gate is passed under the lock, so that the mesh cannot close any more; the writer starts outside
    // it, because it may wait for the store. False: the mesh serves no longer.
    private bool TryBegin(Action prepare)
    {
        bool isFirst;
        lock (closing)
        {
            if (!IsServing)
            {
                return false;
            }

            prepare();
            isFirst = TryPassGate();
        }
        if (isFirst)
        {
            _ = WriteAsync();
        }

        return true;
    }

    // Runs while there are commands, one group a turn. Never throws: every fault ends with the callers of its group. A fault that no group
    // has taken ends the mesh, which is loaded again, and the writer goes on to refuse what waits.
    private async Task WriteAsync()
    {
        do
        {
            try
            {
                await WriteWaitingAsync();
            }
            catch (Exception unexpected)
            {
                Discard(UnknownOutcome(unexpected));
            }
            // A full fence. With a mere release the look at the queue could come first, and a command that was queued in between, while its
            // caller still saw a writer at work, would lie there until the next one.
            Interlocked.Exchange(ref isWriting, 0);
        }
        while ((!queue.IsEmpty || trimming.IsDue) && TryPassGate());
    }

    private async Task WriteWaitingAsync()
    {
        while (!queue.IsEmpty || trimming.IsDue)
        {
            if (fault is { } cause)
            {
                trimming.GiveUp();
                queue.Refuse(cause);
                continue;
            }
            if (!queue.IsEmpty && await TakeTurnAsync(CommitGroupAsync, HasAnotherGroup) is { } refusal)
            {
                queue.Refuse(refusal);
            }

            if (isFarBehind)
            {
                isFarBehind = false;
                if (await catchingUp.TryCatchUpAsync() is { } failure)
                {
                    queue.Refuse(failure);
                }
            }

            // A trimming that is refused costs the commands in the queue nothing: their turn comes next.
            if (trimming.IsDue && await trimming.TakeAsync(State) is { } kept)
            {
                await TakeTurnAsync(turn => TrimLogAsync(turn, kept), static () => false);
            }
        }
    }

    // Tells why there was no turn. Either it was refused (say, the store is busy), and no command in the queue can be served now. Or
    // something else happened to it, and the mesh is no longer to be trusted.
    private async Task<MeshException?> TakeTurnAsync(Func<IStoreTransaction, ValueTask> work, Func<bool> hasMore)
    {
        try
        {
            await store.WriteAsync(ExpectedRequests, work, hasMore, CancellationToken.None);
            return null;
        }
        catch (MeshException gone) when (gone.Reason == ErrorReason.EpochChanged)
        {
            if (fault is null)
            {
                DiscardReplaced();
            }

            return fault;
        }
        catch (MeshException refusal)
        {
            return refusal;
        }
        catch (Exception unexpected)
        {
            var reported = UnknownOutcome(unexpected);
            Discard(reported);
            return reported;
        }
    }

    // A store behind a network looks these up in the round trip that takes the turn. What comes after this costs one more.
    private Guid[] ExpectedRequests() => isShared ? queue.ExpectedRequests : [];

    // Asked on the store's writer thread, between two groups.
    private bool HasAnotherGroup() => !queue.IsEmpty && fault is null && !isFarBehind && !trimming.IsDue;

    // Runs on the store's writer thread. The group is put together here, so that it holds what came while the turn was awaited.
    private async ValueTask CommitGroupAsync(IStoreTransaction turn)
    {
        if (fault is null && !await catchingUp.TryReachAsync(turn))
        {
            isFarBehind = true;
            return;
        }
        using var commands = new CommandBatch(queue);
        try
        {
            commands.Fill();
            if (fault is { } cause)
            {
                commands.Refuse(cause);
                return;
            }

            var ids = PendingCommand.RequestsOf(commands.Commands);
            var known = ids.Count == 0 ? NoRequests : await turn.FindRequestsAsync(ids);
            var group = new CommandGroup(State, clock.Latest(turn.Now), quotas(), known);
            foreach (var pending in commands.Commands)
            {
                group.Evaluate(pending);
            }

            if (group.Committed.Count > 0)
            {
                await group.CommitAsync(turn, time, clock);
                outbox.Committed();
                published.Publish(group.Committed, group.State);
                expiry.Set();
                trimming.Look(turn.LogSize);
            }

            group.Answer();
        }
        catch (Exception failure)
        {
            // Also when the memory is used up: the callers of this group are told, and the writer goes on with a mesh that is loaded again.
            commands.Refuse(DiscardUnlessRefused(failure));
        }
    }

    // A turn of its own between two groups, on the store's writer thread. No caller waits for it, so no caller is told when it is refused:
    // the log is merely longer than it need be until a later turn.
    private async ValueTask TrimLogAsync(IStoreTransaction turn, LogLimits kept)
    {
        try
        {
            if (fault is null)
            {
                published.MoveOldest(await trimming.TrimAsync(turn, kept));
            }
        }
        catch (Exception failure)
        {
            DiscardUnlessRefused(failure);
        }
    }

    // Where the store refused, nothing was written and the mesh is as it was. After any other failure it is unknown what the store holds.
    private MeshException DiscardUnlessRefused(Exception failure)
    {
        var reported = failure as MeshException ?? UnknownOutcome(failure);
        if (reported.Reason is not (ErrorReason.StoreFull or ErrorReason.StoreBusy or ErrorReason.StoreReadOnly))
        {
            Discard(reported);
        }

        return reported;
    }
}
