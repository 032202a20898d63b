using Syntha.Mesh.Moving;
using Syntha.Mesh.Prompts;
using Syntha.Mesh.Reading;
using Syntha.Mesh.State;
using Syntha.Mesh.Stores;

namespace Syntha.Mesh.Serving;

/// <content>The reads of a mesh. Nothing here takes a lock or waits for the writer.</content>
public sealed partial class UserMesh
{
    internal MeshState State => published.Current;

    /// <summary>The revision that readers see.</summary>
    internal long Revision => State.Position.Revision;

    /// <summary>
    /// An estimate of the memory it takes, in bytes: text in memory has two bytes a character, and each item its entries in lists.
    /// </summary>
    internal long MemoryBytes
    {
        get
        {
            var now = State;
            return 8192 + now.MemoryBytes + (2 * (published.RecentBytes + LogPages.Bytes)) + RecentPrompts.BytesOf(now) + Pinned.Bytes +
                Past.Bytes + queue.Bytes;
        }
    }

    /// <summary>The turns of this user's costly work.</summary>
    internal CostlyWork Costly { get; } = new(WorkThreads.Shared);

    /// <summary>Reads of the past that look at whole states, or search the log. One at a time, so that few states are held.</summary>
    internal OneAtATime LargePastReads { get; } = new();

    /// <summary>The states that snapshots under way still read.</summary>
    internal PinnedStates Pinned => published.Pinned;

    /// <summary>The mesh as it was.</summary>
    internal PastStates Past { get; }

    /// <summary>The log, as reads of the past read it.</summary>
    internal IStoreHistory History => store.History;

    /// <summary>How many commands wait for their group.</summary>
    internal int Queued => queue.Count;

    /// <summary>Whether there are expired items to purge.</summary>
    internal bool HasExpired => !State.Expired.IsEmpty || State.HasDue(Now());

    /// <summary>How much of the log feeds hold in memory.</summary>
    internal FeedLimits FeedLimits => limits.Feeds;

    /// <summary>Ends when there is a new revision, or when the mesh fails.</summary>
    internal Task NextChange => published.NextChange;

    /// <summary>What a caller sees now. Null: the owner.</summary>
    public MeshView View(AgentName? agent) => new(State, Now(), agent);

    /// <summary>
    /// An export of the mesh as of now, in pieces. The caller may take them slowly. A redaction ends it, because its state may have an item
    /// of which the value is gone.
    /// </summary>
    /// <param name="user">The mesh's user, whom the file names.</param>
    /// <exception cref="MeshException">STORE_BUSY: values were redacted. Thrown by the enumeration.</exception>
    public IEnumerable<ReadOnlyMemory<byte>> Export(UserId user)
    {
        var exported = State;
        return MeshExport.Write(exported, user, Now()).Select(piece => State.Redacted == exported.Redacted
            ? piece
            : throw new MeshException(ErrorReason.StoreBusy, "Values were redacted during the export; begin it again.")
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            });
    }

    internal DateTimeOffset Now() => clock.Now();

    /// <summary>Keeps the newest commands, and hears of other nodes' commits, from the first feed on. Most meshes have no feed.</summary>
    internal void KeepRecent()
    {
        if (published.TryKeepRecent())
        {
            catchingUp.Watch();
        }
    }

    internal CommittedCommand? FindRecent(long revision) => published.FindRecent(revision);

    /// <summary>The pages of the log that feeds have read last.</summary>
    internal LogPages LogPages { get; }

    /// <summary>A page of the log, for a feed. Once the mesh serves no more, its store is asked, which may be erased.</summary>
    internal ValueTask<ImmutableArray<Change>> ReadLogAsync(long after, long head, CancellationToken cancellationToken) => fault is null
        ? LogPages.ReadAsync(after, head, cancellationToken)
        : store.ReadChangesAsync(after, limits.Feeds.PageChanges, limits.Feeds.PageBytes, cancellationToken);
}
