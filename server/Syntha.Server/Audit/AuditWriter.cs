using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Syntha.Mesh.Log;
using Syntha.Mesh.Stores;
using Syntha.Storage.Audit;

namespace Syntha.Server.Audit;

/// <summary>
/// The one that writes the audit trail on this node: copies what users have committed out of their logs, and takes what waits in the
/// <see cref="AuditTrail"/>. What cannot be written stays where it is until it can.
/// </summary>
internal sealed partial class AuditWriter(
    IUserStores stores, AuditStore store, AuditTrail trail, AuditLog log, IOptions<AuditOptions> options, TimeProvider time,
    ILogger<AuditWriter> logger, string chain) : BackgroundService, ICommitRecorder, IAsyncDisposable
{
    private const int MaxEntries = 4_096;
    private const int MaxUsers = 64;
    private const int MaxChanges = 2_000;
    private const int MaxUsersListed = 500;

    // How far behind a node that died may have left a user. Where stores are not shared there is only the one that died before this one.
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<UserId, bool> behind = new();
    private readonly ConcurrentDictionary<UserId, Position> marks = new();
    private readonly TimeSpan interval = TimeSpan.FromMilliseconds(options.Value.IntervalMilliseconds);
    private List<QueuedEntry> pending = [];
    private AuditHead? head;
    private AuditHead? published;
    private long lastPublished;
    private long lastSwept;
    private long lastRetained;
    private bool hasSwept;
    private bool isStopped;
    private volatile bool isFailing;
    private volatile int entriesTaken;
    private volatile int usersTaken;

    /// <summary>Whether the trail cannot be written now.</summary>
    public bool IsFailing => isFailing;

    /// <summary>How many entries wait to be written, those that are being written included.</summary>
    public int Queued => trail.Queued + entriesTaken;

    /// <summary>How many users have committed what is not recorded yet.</summary>
    public int UsersBehind => behind.Count + usersTaken;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (!trail.IsOn)
        {
            return Task.CompletedTask;
        }

        stores.Recorder = this;
        lastPublished = lastRetained = time.GetTimestamp();
        return base.StartAsync(cancellationToken);
    }

    public void Committed(UserId user) => behind.TryAdd(user, true);

    // From memory: the writers of a user ask, and must not wait for the trail's store. What is not known, or may be old because another node
    // records as well, the next round finds out.
    public ValueTask<long> RecordedAsync(UserId user, string epoch, CancellationToken cancellationToken)
    {
        var isKnown = marks.TryGetValue(user, out var mark) && mark.Epoch == epoch;
        if (!isKnown || stores.IsShared)
        {
            Committed(user);
        }

        return new(isKnown ? mark.Revision : 0);
    }

    public async Task RecordRestAsync(UserId user, ICommitLog rest, CancellationToken cancellationToken)
    {
        while (true)
        {
            var mark = await store.FindMarkAsync(user, rest, cancellationToken);
            CommitPage page;
            try
            {
                page = await rest.ReadAsync(mark, MaxChanges, cancellationToken);
            }
            catch (MeshException unreadable) when (unreadable.Reason is ErrorReason.StoreCorrupt or ErrorReason.EpochChanged)
            {
                // What nobody can read nobody can record, and it must be possible to erase it.
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
        await base.StopAsync(cancellationToken);
        if (!trail.IsOn)
        {
            return;
        }
        // Calls have ended: what they left is written before the server goes.
        await WriteWaitingAsync(cancellationToken);
        if (head is not null && head != published)
        {
            log.Publish(head);
        }

        isStopped = true;
    }

    /// <summary>After the last mesh is closed: says whether the next start may trust that everything is recorded.</summary>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        if (!isStopped || isFailing || !behind.IsEmpty || pending.Count > 0)
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
            await trail.WaitForWorkAsync(interval, stoppingToken);
            await WriteWaitingAsync(stoppingToken);
        }
    }

    // What cannot be written now is tried again the next time.
    private async Task WriteWaitingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SweepAsync(cancellationToken);
            var unread = new List<UserId>();
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
            await RetainAsync(cancellationToken);
            PublishIfDue();
            if (isFailing)
            {
                LogWritten();
            }

            isFailing = false;
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or OutOfMemoryException))
        {
            if (!isFailing)
            {
                LogFailing(failure);
            }

            isFailing = true;
        }
    }

    // True: there is more.
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
            pending = trail.Take(MaxEntries);
        }

        entriesTaken = pending.Count;
        var users = behind.Keys.Take(MaxUsers).ToList();
        var commits = new List<UserCommits>();
        AuditAppend append;
        try
        {
            foreach (var user in users)
            {
                // First: whoever commits from here on is behind anew.
                behind.TryRemove(user, out _);
                if (await FindCommitsAsync(user, unread, cancellationToken) is { } found)
                {
                    commits.Add(found);
                }

                usersTaken = commits.Count + unread.Count;
            }
            if (pending.Count == 0 && commits.Count == 0)
            {
                return users.Count > 0;
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
            var isPassed = append.Passed.Contains(found.User);
            if (isPassed || found.Page.HasMore)
            {
                Committed(found.User);
            }
            // Where another node was quicker, how far it has got is not known here.
            if (!isPassed)
            {
                marks[found.User] = found.Page.Through;
            }
        }
        log.Write(append.Records);
        head = append.Records.Count > 0 ? append.Records[^1].Head : head;
        return isFull || users.Count == MaxUsers || commits.Exists(found => found.Page.HasMore);
    }

    private async Task<UserCommits?> FindCommitsAsync(UserId user, List<UserId> unread, CancellationToken cancellationToken)
    {
        try
        {
            if (await stores.FindAsync(user, cancellationToken) is not { } found)
            {
                return null;
            }

            var mark = await store.FindMarkAsync(user, cancellationToken);
            var page = await found.Commits.ReadAsync(mark, MaxChanges, cancellationToken);
            if (page.Through != mark)
            {
                return new(user, mark, page);
            }

            marks[user] = page.Through;
            return null;
        }
        catch (MeshException gone) when (gone.Reason == ErrorReason.EpochChanged)
        {
            return null;
        }
        catch (MeshException failure)
        {
            // That user's alone; the storage has logged it. The others shall not wait for it.
            LogUnread(user.Value, failure.Reason);
            unread.Add(user);
            return null;
        }
        catch
        {
            Committed(user);
            throw;
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (hasSwept && (!stores.IsShared || time.GetElapsedTime(lastSwept) < SweepInterval))
        {
            return;
        }

        var after = "";
        IReadOnlyList<UserId> page;
        do
        {
            page = await store.ListBehindAsync(after, MaxUsersListed, cancellationToken);
            foreach (var user in page)
            {
                Committed(user);
            }

            after = page.Count > 0 ? page[^1].Value : after;
        }
        while (page.Count == MaxUsersListed);
        (hasSwept, lastSwept) = (true, time.GetTimestamp());
    }

    private async Task RetainAsync(CancellationToken cancellationToken)
    {
        var kept = TimeSpan.FromDays(options.Value.RetentionDays);
        var every = kept / 32;
        if (time.GetElapsedTime(lastRetained) < (every < TimeSpan.FromHours(1) ? every : TimeSpan.FromHours(1)))
        {
            return;
        }

        var now = stores.Clock.GetUtcNow();
        // Also the chains of nodes that are no more.
        foreach (var other in await store.HeadsAsync(cancellationToken))
        {
            while (await store.RetainAsync(other.Chain, now - kept, now, MaxEntries, cancellationToken) == MaxEntries)
            {
            }
        }
        lastRetained = time.GetTimestamp();
    }

    private void PublishIfDue()
    {
        if (head is null || head == published || time.GetElapsedTime(lastPublished) < TimeSpan.FromSeconds(options.Value.HeadSeconds))
        {
            return;
        }

        log.Publish(head);
        (published, lastPublished) = (head, time.GetTimestamp());
    }

    [LoggerMessage(3511, LogLevel.Warning, "The audit trail cannot be written; what belongs into it waits, and it is tried again")]
    private partial void LogFailing(Exception cause);

    [LoggerMessage(3512, LogLevel.Information, "The audit trail can be written again; nothing is missing in it")]
    private partial void LogWritten();

    [LoggerMessage(3513, LogLevel.Warning, "What user {User} has committed cannot be read for the audit trail: {Reason}; it is tried again")]
    private partial void LogUnread(string user, ErrorReason reason);

    [LoggerMessage(3514, LogLevel.Warning, "The store of user {User} is erased without its last commits in the audit trail: it cannot be read")]
    private partial void LogUnreadable(string user, Exception cause);
}
