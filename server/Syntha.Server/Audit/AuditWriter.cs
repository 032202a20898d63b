using Syntha.Mesh.Stores;
using Syntha.Storage.Audit;

namespace Syntha.Server.Audit;

/// <summary>
/// Writes this node's part of the audit trail. It is the room's main type: Audit records what calls do, and uses Admission, Wire and the
/// storage. One loop copies the users' commits out of their logs and takes what waits in the <see cref="AuditTrail"/>. What cannot be
/// written stays where it is, and the next round tries it again.
/// </summary>
internal sealed partial class AuditWriter(
    IUserStores stores, AuditStore store, AuditTrail trail, CommitBacklog backlog, AuditRetention retention, HeadPublisher heads,
    AuditLog log, ILogger<AuditWriter> logger, string chain) : BackgroundService, ICommitRecorder, IAsyncDisposable
{
    private const int MaxEntries = 4_096;
    private const int MaxUsers = 64;

    // The host's own time may be over when the writer's turn comes, because calls under way had it. The last entries still need theirs.
    private static readonly TimeSpan LastWrite = TimeSpan.FromSeconds(10);

    // The users of this round who are still to come. Those who commit meanwhile come in the next round: with many users a round would never
    // end, and the first users of the list would come again and again.
    private Queue<UserId> ofRound = new();
    private List<QueuedEntry> pending = [];
    private bool isStopped;
    private bool isLast;
    private volatile bool isFailing;
    private volatile int entriesTaken;
    private volatile int usersTaken;

    /// <summary>Whether the last round could not write the trail.</summary>
    public bool IsFailing => isFailing;

    /// <summary>How many entries wait to be written, including those that are being written.</summary>
    public int Queued => trail.Queued + entriesTaken;

    /// <summary>How many users have commits that are not recorded yet.</summary>
    public int UsersBehind => backlog.Count + usersTaken;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (!trail.IsOn)
        {
            return Task.CompletedTask;
        }

        stores.Recorder = this;
        heads.Start();
        retention.Start();
        return base.StartAsync(cancellationToken);
    }

    public void Committed(UserId user) => backlog.Add(user);

    public ValueTask<long> RecordedAsync(UserId user, string epoch, CancellationToken cancellationToken) =>
        new(backlog.RecordedThrough(user, epoch));

    public async Task RecordRestAsync(UserId user, ICommitLog rest, CancellationToken cancellationToken)
    {
        while (true)
        {
            var mark = await store.FindMarkAsync(user, rest, cancellationToken);
            CommitPage page;
            try
            {
                page = await rest.ReadAsync(mark, CommitBacklog.MaxChanges, cancellationToken);
            }
            catch (MeshException unreadable) when (unreadable.Reason is ErrorReason.StoreCorrupt or ErrorReason.EpochChanged)
            {
                // A log that cannot be read cannot be recorded, and it must be possible to erase it.
                LogUnreadable(user.Value, unreadable);
                return;
            }
            if (page.Through == mark)
            {
                return;
            }

            var append = await store.AppendRestAsync(chain, new(user, mark, page), rest, cancellationToken);
            log.Write(append.Records);
            if (append.Passed.Count == 0 && !page.HasMore)
            {
                return;
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(LastWrite);
        await base.StopAsync(patience.Token);
        if (!trail.IsOn)
        {
            return;
        }

        // Calls have ended. Their entries are written before the server goes.
        isLast = true;
        await WriteLastAsync(patience.Token);
        heads.PublishLast();
        isStopped = true;
    }

    /// <summary>
    /// Runs after the last mesh is closed. It tells the store whether the next start may trust that everything is recorded.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (isStopped && trail.Queued > 0)
        {
            // A call that outlasted the stop has left its entry meanwhile.
            using var patience = new CancellationTokenSource(LastWrite);
            await WriteLastAsync(patience.Token);
        }

        Dispose();
        if (!isStopped || isFailing || backlog.Count > 0 || pending.Count > 0)
        {
            return;
        }

        try
        {
            await store.CompleteAsync();
        }
        catch (MeshException failure)
        {
            LogFailing(failure);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await trail.WaitForWorkAsync(stoppingToken);
            await WriteWaitingAsync(stoppingToken);
        }
    }

    private async Task WriteLastAsync(CancellationToken patience)
    {
        try
        {
            await WriteWaitingAsync(patience);
        }
        catch (OperationCanceledException late)
        {
            LogFailing(late);
            isFailing = true;
        }
    }

    // One round. What it cannot write waits for the next one.
    private async Task WriteWaitingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await backlog.SweepIfDueAsync(cancellationToken);
            var unread = new List<UserId>();
            ofRound = new(backlog.Users());
            try
            {
                while (await WriteAsync(unread, cancellationToken))
                {
                }
            }
            finally
            {
                unread.ForEach(Committed);
            }
            await retention.RetainIfDueAsync(cancellationToken);
            heads.PublishIfDue();
            if (isFailing)
            {
                LogWritten();
            }

            isFailing = false;
        }
        // An exception that left this method would end the writer, and with it the server. No failure of one round is worth that.
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            if (!isFailing)
            {
                LogFailing(failure);
            }

            isFailing = true;
        }
    }

    // True: there is more to write.
    private async Task<bool> WriteAsync(List<UserId> unread, CancellationToken cancellationToken)
    {
        try
        {
            return await WriteOnceAsync(unread, cancellationToken);
        }
        finally
        {
            (entriesTaken, usersTaken) = (pending.Count, 0);
        }
    }

    // One transaction.
    private async Task<bool> WriteOnceAsync(List<UserId> unread, CancellationToken cancellationToken)
    {
        if (pending.Count == 0)
        {
            pending = trail.Take(MaxEntries, isLast);
        }

        entriesTaken = pending.Count;
        var commits = new List<UserCommits>();
        AuditAppend append;
        try
        {
            for (var left = MaxUsers; left > 0 && ofRound.TryDequeue(out var user); left--)
            {
                if (await backlog.TakeAsync(user, unread, cancellationToken) is { } found)
                {
                    commits.Add(found);
                }

                usersTaken = commits.Count + unread.Count;
            }
            if (pending.Count == 0 && commits.Count == 0)
            {
                return ofRound.Count > 0;
            }

            append = await store.AppendAsync(chain, pending.ConvertAll(queued => queued.Entry), commits, cancellationToken);
        }
        catch
        {
            commits.ForEach(found => Committed(found.User));
            throw;
        }
        pending.ForEach(queued => queued.Written?.TrySetResult());
        var isFull = pending.Count == MaxEntries;
        pending = [];
        foreach (var found in commits)
        {
            backlog.Recorded(found, isPassed: append.Passed.Contains(found.User));
            if (found.Page.HasMore)
            {
                ofRound.Enqueue(found.User);
            }
        }

        log.Write(append.Records);
        heads.Moved(append.Records);
        return isFull || ofRound.Count > 0;
    }

    [LoggerMessage(3511, LogLevel.Warning, "The audit trail cannot be written; its entries wait, and the server tries again")]
    private partial void LogFailing(Exception cause);

    [LoggerMessage(3512, LogLevel.Information, "The audit trail can be written again; no entry is missing")]
    private partial void LogWritten();

    [LoggerMessage(
        3514, LogLevel.Warning, "The store of user {User} is erased, and its last commits are not in the audit trail: they cannot be read")]
    private partial void LogUnreadable(string user, Exception cause);
}
