using Syntha.Mesh.State;
using Syntha.Mesh.Stores;

namespace Syntha.Mesh.Serving;

/// <content>The single writer: takes its turns in the store for groups of commands, and for trimming the log between them.</content>
public sealed partial class UserMesh
{
    /// <summary>A group ends here, so that its transaction stays small and the commands behind it get their turn.</summary>
    private const int MaxCommandsPerGroup = 512;

    /// <summary>A trimming ends here for the same reason.</summary>
    private const int MaxChangesPerTrim = 4_096;

    private static readonly IReadOnlyDictionary<Guid, KnownRequest> NoRequests = ImmutableDictionary<Guid, KnownRequest>.Empty;

    // After so long it is looked again whether the audit trail has got further.
    private static readonly TimeSpan RetryTrim = TimeSpan.FromSeconds(1);

    private int isWriting;
    private int isTrimHeld;
    private volatile bool isTrimDue;

    // Until then nothing in the log is too old, as far as this mesh knows: at the beginning it knows nothing.
    private long nextTrimTicks;

    // Asked anew each time: an operator may have set another quota. A limit that trims everything, or one beyond counting, is none.
    private LogLimits KeptLog => limits.IsLogBoundByQuota
        ? limits.Log with { MaxBytes = Math.Clamp(quotas().MaxBytes, LogLimits.LeastBytes, LogLimits.MostBytes) }
        : limits.Log;

    /// <summary>
    /// Has the log looked at for what is beyond its limits, too old above all, unless it is known that nothing is: the meshes of idle users
    /// do not open their files for it. Returns at once.
    /// </summary>
    internal void TrimLog()
    {
        if (Now().UtcTicks < Volatile.Read(ref nextTrimTicks))
        {
            return;
        }

        lock (closing)
        {
            if (isClosed || fault is not null)
            {
                return;
            }

            isTrimDue = true;
            StartWriting();
        }
    }

    private void StartWriting()
    {
        if (Interlocked.Exchange(ref isWriting, 1) == 0)
        {
            _ = WriteAsync();
        }
    }

    // Runs while there are commands, one group a turn. Never throws: every fault ends with the callers of its group.
    private async Task WriteAsync()
    {
        do
        {
            while (!queue.IsEmpty || isTrimDue)
            {
                if (fault is { } cause)
                {
                    isTrimDue = false;
                    FailQueue(cause);
                    continue;
                }
                if (!queue.IsEmpty && await TakeTurnAsync(CommitGroupAsync) is { } refusal)
                {
                    FailQueue(refusal);
                }

                if (isFarBehind && await TryCatchUpAsync() is { } failure)
                {
                    FailQueue(failure);
                }

                if (!isTrimDue)
                {
                    continue;
                }
                // Before the turn: one that is refused is not tried again at once. Nor do those in the queue hear of it; theirs comes next.
                isTrimDue = false;
                if (await MayTrimAsync() is { } trimming)
                {
                    await TakeTurnAsync(transaction => TrimLogAsync(transaction, trimming));
                }
            }
            // A full fence: with a mere release the look at the queue could come first, and a command that was queued in between, whose
            // caller still saw a writer at work, would lie there until the next one.
            Interlocked.Exchange(ref isWriting, 0);
        }
        while ((!queue.IsEmpty || isTrimDue) && Interlocked.Exchange(ref isWriting, 1) == 0);
    }

    // Tells why there was no turn: it was refused (say, the store is busy), and nobody in the queue can be served now; or something else
    // happened to it, and the mesh is no longer to be trusted.
    private async Task<MeshException?> TakeTurnAsync(Func<IStoreTransaction, ValueTask> work)
    {
        try
        {
            await store.WriteAsync(WaitingRequests, work, CancellationToken.None);
            return null;
        }
        catch (MeshException gone) when (gone.Reason == ErrorReason.EpochChanged)
        {
            if (fault is null)
            {
                DiscardOutdated(null);
            }

            return fault;
        }
        catch (MeshException refusal)
        {
            return refusal;
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            var reported = Unknown(unexpected);
            Discard(reported);
            return reported;
        }
    }

    // What a store behind a network looks up in the round trip that takes the turn; whatever else comes until then costs one more.
    private Guid[] WaitingRequests() => isShared
        ? [.. queue.Take(MaxCommandsPerGroup).Where(pending => pending.Command.Request is not null).Select(pending => pending.Command.Request!.Id).Distinct()]
        : [];

    private async Task<MeshException?> TryCatchUpAsync()
    {
        isFarBehind = false;
        try
        {
            await CatchUpAsync(CancellationToken.None);
            return fault;
        }
        catch (MeshException failure)
        {
            return failure;
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            return Unknown(unexpected);
        }
    }

    // Runs on the store's writer thread. The group is put together here, so that it holds whatever came while the turn was awaited.
    private async ValueTask CommitGroupAsync(IStoreTransaction transaction)
    {
        if (fault is null && !await TryReachAsync(transaction))
        {
            isFarBehind = true;
            return;
        }
        var commands = TakeCommands();
        if (fault is not null)
        {
            foreach (var pending in commands)
            {
                pending.SetException(fault);
            }

            return;
        }
        CommandGroup? group = null;
        try
        {
            var ids = commands.Where(pending => pending.Command.Request is not null).Select(pending => pending.Command.Request!.Id).ToHashSet();
            var known = ids.Count == 0 ? NoRequests : await transaction.FindRequestsAsync(ids);
            group = new CommandGroup(state, Latest(transaction.Now), quotas(), known);
            foreach (var pending in commands)
            {
                group.Evaluate(pending);
            }

            if (group.Committed.Count > 0)
            {
                var began = time.GetTimestamp();
                await transaction.CommitAsync(group.Committed);
                MeshMeter.Committed(group.Committed.Count, time.GetElapsedTime(began));
                foreach (var deadline in group.Expired)
                {
                    MeshMeter.Expired(Now() - deadline);
                }

                outbox.Committed();
                Publish(group);
                if (KeptLog.AreFarExceededBy(transaction.LogSize))
                {
                    isTrimDue = true;
                }
            }
            group.Answer();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            var reported = failure as MeshException ?? Unknown(failure);
            if (reported.Reason is not (ErrorReason.StoreFull or ErrorReason.StoreBusy or ErrorReason.StoreReadOnly))
            {
                Discard(reported);
            }

            foreach (var pending in commands)
            {
                pending.TrySetException(reported);
            }
        }
    }

    // Null: nothing may be let go now, because the audit trail is not that far.
    private async ValueTask<LogLimits?> MayTrimAsync()
    {
        try
        {
            var now = state;
            var recorded = await outbox.RecordedAsync(now.Position.Epoch);
            if (recorded >= now.OldestRevision)
            {
                return KeptLog with { Recorded = recorded };
            }
        }
        catch (MeshException)
        {
            // Told by whoever records; the log is merely longer until then.
        }
        if (state.Position.Revision >= state.OldestRevision)
        {
            TrimLater();
        }

        return null;
    }

    private void TrimLater()
    {
        if (Interlocked.Exchange(ref isTrimHeld, 1) == 0)
        {
            _ = TrimHeldAsync();
        }
    }

    private async Task TrimHeldAsync()
    {
        await Task.Delay(RetryTrim, time);
        Interlocked.Exchange(ref isTrimHeld, 0);
        lock (closing)
        {
            if (isClosed || fault is not null)
            {
                return;
            }

            isTrimDue = true;
            StartWriting();
        }
    }

    // A turn of its own between two groups, on the store's writer thread. Nobody waits for it, so nobody is told when it fails: the log is
    // merely longer than it need be until a later turn.
    private async ValueTask TrimLogAsync(IStoreTransaction transaction, LogLimits trimming)
    {
        if (fault is not null)
        {
            return;
        }

        try
        {
            var trim = await transaction.TrimAsync(trimming, MaxChangesPerTrim);
            lock (publishing)
            {
                if (trim.OldestRevision > state.OldestRevision)
                {
                    state = state.WithOldest(trim.OldestRevision);
                }
            }
            if (trim.HasMore)
            {
                isTrimDue = true;
            }
            else if (KeptLog.AreFarExceededBy(transaction.LogSize))
            {
                TrimLater();
            }
            else
            {
                Volatile.Write(ref nextTrimTicks, KeptLog.DueFor(trim.OldestTime ?? transaction.Now).UtcTicks);
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            var reported = failure as MeshException ?? Unknown(failure);
            if (reported.Reason is not (ErrorReason.StoreFull or ErrorReason.StoreBusy or ErrorReason.StoreReadOnly))
            {
                Discard(reported);
            }
        }
    }

    private void Publish(CommandGroup group)
    {
        lock (publishing)
        {
            // Somebody who caught up may have read this group from the log, in part or as a whole, as soon as it was committed.
            var news = group.Committed.SkipWhile(command => command.Revision <= state.Position.Revision).ToList();
            if (news.Count > 0)
            {
                Publish(news, group.State);
            }
        }
    }

    // The commands first: a reader of streams looks for them when it has seen the state.
    private void Publish(List<CommittedCommand> commands, MeshState reached)
    {
        if (Volatile.Read(ref recent) is { } tail)
        {
            foreach (var command in commands)
            {
                tail.Add(command);
            }
        }
        state = reached.OldestRevision < state.OldestRevision ? reached.WithOldest(state.OldestRevision) : reached;
        ScheduleExpiry();
        changed.Raise();
    }

    private List<PendingCommand> TakeCommands()
    {
        var commands = new List<PendingCommand>();
        while (commands.Count < MaxCommandsPerGroup && queue.TryDequeue(out var pending))
        {
            if (!pending.IsAbandoned)
            {
                commands.Add(pending);
            }
        }
        return commands;
    }

    // The timer goes as well: until its next ring, perhaps in years, it would keep the whole mesh in memory.
    private void Discard(MeshException cause)
    {
        fault = cause;
        expiryTimer.Dispose();
        Volatile.Read(ref watch)?.Dispose();
        changed.Raise();
    }

    private void FailQueue(MeshException refusal)
    {
        while (queue.TryDequeue(out var pending))
        {
            pending.TrySetException(refusal);
        }
    }

    private static MeshException Unknown(Exception cause) =>
        new(ErrorReason.StoreDown, "The store did not answer; whether the command was carried out is unknown. Repeat it with the same request id.", cause)
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };
}
