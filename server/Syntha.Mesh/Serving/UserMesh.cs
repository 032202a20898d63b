using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Syntha.Mesh.Moving;
using Syntha.Mesh.Prompts;
using Syntha.Mesh.Quotas;
using Syntha.Mesh.Reading;
using Syntha.Mesh.State;
using Syntha.Mesh.Stores;
using Syntha.Mesh.Writing;

namespace Syntha.Mesh.Serving;

/// <summary>
/// One user's mesh in memory. Thread-safe: readers take the current immutable state and no lock; commands queue for a single writer, which
/// commits them in groups.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no handle unless one is asked for.")]
public sealed partial class UserMesh
{
    private readonly IUserStore store;
    private readonly TimeProvider time;
    private readonly MeshLimits limits;
    private readonly Func<UserQuotas> quotas;
    private readonly bool isShared;
    private readonly MeshOutbox outbox;
    private readonly Action? retired;
    private readonly Lock closing = new();
    private readonly ConcurrentQueue<PendingCommand> queue = new();
    private readonly ITimer expiryTimer;
    private readonly ChangeSignal changed = new();
    private RecentCommands? recent;
    private volatile MeshState state;
    private volatile MeshException? fault;
    private volatile bool isClosed;
    private long latestTicks;

    /// <param name="store">The user's store.</param>
    /// <param name="stored">What it holds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="limits">The limits of meshes.</param>
    /// <param name="quotas">What the user may hold, asked for each group of commands.</param>
    /// <param name="isShared">Whether other nodes write to the store as well.</param>
    /// <param name="outbox">To whom commits are told.</param>
    /// <param name="retired">Told that the store is another one now, before streams are; null: nobody is.</param>
    internal UserMesh(
        IUserStore store, StoredMesh stored, TimeProvider time, MeshLimits limits, Func<UserQuotas> quotas, bool isShared = false,
        MeshOutbox outbox = default, Action? retired = null)
    {
        (this.store, this.time, this.limits, this.quotas, this.isShared) = (store, time, limits, quotas, isShared);
        (this.outbox, this.retired) = (outbox, retired);
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
            return 8192 + (2 * now.Bytes) + (640L * now.Items.Count) + (128L * now.Listings) + (256L * (now.Expired.Count + now.Agents.Count)) +
                (2 * (recent?.Bytes ?? 0)) + RecentPrompts.BytesOf(now);
        }
    }

    /// <summary>How many commands wait for their group.</summary>
    internal int Queued => queue.Count;

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
        {
            return false;
        }

        try
        {
            if (Volatile.Read(ref isWriting) != 0 || !queue.IsEmpty || isTrimDue)
            {
                return false;
            }

            isClosed = true;
        }
        finally
        {
            closing.Exit();
        }
        expiryTimer.Dispose();
        Volatile.Read(ref watch)?.Dispose();
        return true;
    }

    /// <summary>Whether there are expired items to purge.</summary>
    internal bool HasExpired => !state.Expired.IsEmpty || (!state.Deadlines.IsEmpty && state.Deadlines.Min.At <= Now());

    /// <summary>How much of the log feeds hold in memory.</summary>
    internal FeedLimits FeedLimits => limits.Feeds;

    /// <summary>
    /// Keeps the newest commands at hand from now on, and hears of other nodes' commits. The first feed asks for it: most meshes have no
    /// feeds.
    /// </summary>
    internal void KeepRecent()
    {
        if (recent is null && Interlocked.CompareExchange(ref recent, new RecentCommands(limits.Feeds), null) is null && isShared)
        {
            Interlocked.Exchange(ref watch, store.Watch(() => _ = FollowHeadAsync()));
            if (fault is not null || isClosed)
            {
                watch.Dispose();
            }
        }
    }

    /// <summary>The present as of now, as one file in pieces, which may be taken as slowly as one likes.</summary>
    /// <param name="user">Whose mesh it is; the file says so.</param>
    public IEnumerable<ReadOnlyMemory<byte>> Export(UserId user) => MeshExport.Write(state, user, Now());

    /// <summary>The revision that readers see.</summary>
    internal long Revision => state.Position.Revision;

    /// <summary>Ends when there is a new revision, or when the mesh fails.</summary>
    internal Task NextChange => changed.Next;

    internal CommittedCommand? FindRecent(long revision) => Volatile.Read(ref recent)?.Find(revision);

    internal ValueTask<ImmutableArray<Change>> ReadLogAsync(long afterRevision, int maxChanges, long maxBytes, CancellationToken cancellationToken) =>
        store.ReadChangesAsync(afterRevision, maxChanges, maxBytes, cancellationToken);

    internal DateTimeOffset Now() => Latest(time.GetUtcNow());

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
            {
                return new(ticks, TimeSpan.Zero);
            }

            latest = seen;
        }
        return new(latest, TimeSpan.Zero);
    }
}
