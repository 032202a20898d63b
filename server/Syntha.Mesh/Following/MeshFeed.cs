using Syntha.Mesh.Access;
using Syntha.Mesh.Reading;
using Syntha.Mesh.Serving;

namespace Syntha.Mesh.Following;

/// <summary>
/// One subscriber's way through the log. It has a cursor of its own, which moves only by what was read for this subscriber. It has no
/// queue: a slow reader finds the next changes in the log, as all readers do. Used by one caller at a time. The room Following uses Serving
/// and the rooms below.
/// </summary>
public sealed class MeshFeed : IDisposable
{
    // In the unit of PageLimits.MaxWork. So much is done in one turn of the user's costly work: some milliseconds. A feed does as much on
    // the thread of the caller first, where the user has few feeds. All of them wake at once, so that many have less.
    private const long WorkPerTurn = PageLimits.MaxWork / 4;
    private const int FewFeeds = 4;
    private const long LeastUnturned = 256;

    private readonly UserMesh mesh;
    private readonly FeedLimits limits;
    private readonly AgentName? agent;
    private readonly Tool tool;
    private readonly FeedFilter filter;
    private FeedView view;

    // The next page of the log is read while this one is on its way to the reader. It is one page at most, also for a slow reader. It holds
    // what the log holds; what of it is delivered is decided when the reader asks for it.
    // A page that was read before a redaction is not used after it.
    private (long After, long Redacted, Task<ImmutableArray<Change>> Page)? ahead;
    private Alarm? alarm;
    private PinnedState? pinned;
    private bool isInLog;
    private int isDisposed;

    private MeshFeed(UserMesh mesh, AgentName? agent, Tool tool, FeedFilter filter, Position? after)
    {
        (this.mesh, this.agent, this.tool, this.filter, limits) = (mesh, agent, tool, filter, mesh.FeedLimits);
        var now = View();
        Demand(after, now);
        Through = after ?? now.Position;
        OldestRevision = now.OldestRevision;
        view = new(agent, now.Record, filter);
        mesh.BeginFeed();
    }

    /// <summary>Opens a feed of what is committed from now on, or after a position.</summary>
    /// <param name="lease">Holds the mesh; it must outlive the feed.</param>
    /// <param name="agent">The follower. Null: the owner.</param>
    /// <param name="tool">The tool that following counts as. An agent that loses it gets nothing more.</param>
    /// <param name="filter">Selects the changes.</param>
    /// <param name="after">The position to begin after. Null: now.</param>
    /// <exception cref="MeshException">TOOL_NOT_ALLOWED, EPOCH_CHANGED, HISTORY_COMPACTED, REVISION_IN_FUTURE.</exception>
    public static MeshFeed Open(MeshLease lease, AgentName? agent, Tool tool, FeedFilter filter, Position? after) =>
        Open(lease.Mesh ?? throw EpochChanged(), agent, tool, filter, after);

    internal static MeshFeed Open(UserMesh mesh, AgentName? agent, Tool tool, FeedFilter filter, Position? after)
    {
        mesh.KeepRecent();
        return new(mesh, agent, tool, filter, after);
    }

    /// <summary>The cursor: everything up to here was delivered, or is not part of the view.</summary>
    public Position Through { get; private set; }

    /// <summary>The number of revisions that it is behind. Any thread may ask; it costs the reader nothing.</summary>
    public long Lag => Math.Max(0, mesh.Revision - Through.Revision);

    public long OldestRevision { get; }

    /// <summary>Why the mesh does not serve any more. The feed ends, and may be resumed on the mesh that is loaded instead.</summary>
    public MeshException? Fault => mesh.Fault is { } fault ? mesh.IsReplaced ? EpochChanged() : fault : null;

    /// <summary>
    /// Whether the last snapshot was broken off. The mesh failed, values were redacted, or the subscriber may see other items now: even a
    /// slow reader gets nothing that it has lost meanwhile. Or the reader was so slow that the snapshot's state had no room any more.
    /// Another snapshot must follow.
    /// </summary>
    public bool IsSnapshotVoid { get; private set; }

    /// <summary>
    /// Starts again: delivers the items that are visible now, page by page, all as of one moment, without those that expire before their
    /// page. Changes after that moment follow. A page may be empty, because a page takes a bounded time. The caller awaits
    /// <see cref="TurnAsync"/> before each page.
    /// </summary>
    /// <exception cref="MeshException">TOOL_NOT_ALLOWED.</exception>
    public IEnumerable<IReadOnlyList<ContextItem>> TakeSnapshot(Func<ContextItem, long> sizeOf)
    {
        var now = View();
        Through = now.Position;
        IsSnapshotVoid = false;
        LeaveLog();
        pinned?.Dispose();
        pinned = mesh.Pinned.Add(now);
        // A redaction forgets what is pinned just before readers see it. What was pinned behind its back would keep the value in memory for
        // as long as the reader is slow.
        while (mesh.State.Redacted != now.State.Redacted)
        {
            pinned.Dispose();
            now = View();
            Through = now.Position;
            pinned = mesh.Pinned.Add(now);
        }

        return Pages(pinned, now.Record, now.State.Redacted, sizeOf);
    }

    /// <summary>A turn of the user's costly work, to be awaited. The caller goes on at once where the next page cannot be costly.</summary>
    public WorkTurn TurnAsync(CancellationToken cancellationToken) =>
        mesh.View(agent).IsCostly ? mesh.Costly.TurnAsync(cancellationToken) : WorkTurn.None;

    /// <summary>Releases the timer and the state of a snapshot. Nothing may wait any more.</summary>
    public void Dispose()
    {
        alarm?.Dispose();
        pinned?.Dispose();
        if (Interlocked.Exchange(ref isDisposed, 1) == 0)
        {
            LeaveLog();
            mesh.EndFeed();
        }
    }

    /// <summary>
    /// Waits until there is something after the cursor, or the time is over, or the mesh fails. True: there is something, or the mesh
    /// failed.
    /// </summary>
    public async ValueTask<bool> WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        var changed = mesh.NextChange;
        if (mesh.Fault is null && mesh.Revision <= Through.Revision)
        {
            if (alarm?.RingsWithin(atMost) != true)
            {
                alarm?.Dispose();
                alarm = new(atMost, time, cancellationToken);
            }
            await changed.WaitAsync(alarm.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
        return mesh.Fault is not null || mesh.Revision > Through.Revision;
    }

    /// <summary>
    /// Reads on from the cursor, whole commands only. Null: the subscriber's own subscriptions, permissions or access have changed, and a
    /// snapshot must follow. Empty: there is nothing new, or the cursor has moved over changes that are not part of the view.
    /// </summary>
    /// <exception cref="MeshException">TOOL_NOT_ALLOWED, HISTORY_COMPACTED, STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    public async ValueTask<IReadOnlyList<FeedChange>?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // Then the subscriber's rights have not changed either, because such a change is in the log as well.
            if (mesh.Revision <= Through.Revision)
            {
                return [];
            }

            var redacted = mesh.State.Redacted;
            var before = Through;
            var page = await ReadPageAsync(cancellationToken);
            if (redacted == mesh.State.Redacted)
            {
                return page;
            }

            // Values may have been redacted after they were read. The page is read again.
            Through = before;
        }
    }

    private async ValueTask<IReadOnlyList<FeedChange>?> ReadPageAsync(CancellationToken cancellationToken)
    {
        var current = View();
        // No further than readers see. A commit is durable before it is published.
        var head = current.Position.Revision;
        // The subscriber's current rights decide for each page. A subscriber that has lost a topic gets nothing more of it, not even what
        // lies before the loss and was not read yet. The feed reaches the loss in the log next, and starts again there.
        view = view.With(current.Record);
        var now = current.Now;
        // The cursor moves when the page is complete. A reader who is interrupted before, by a cancellation or a fault of the store, got
        // nothing.
        var (page, through, bytes) = (new List<FeedChange>(), Through.Revision, 0L);
        // A feed that sees little of a long log also returns now and then, so that its subscriber hears of the progress.
        var unturned = Math.Max(LeastUnturned, WorkPerTurn / Math.Max(1, mesh.Feeds / FewFeeds));
        var (work, slice, mostWork) = (0L, unturned, limits.PageChanges * 16L);
        while (through < head && page.Count < limits.PageChanges && bytes < limits.PageBytes && work < mostWork)
        {
            var changes = mesh.FindRecent(through + 1)?.Changes
                ?? await ReadLogAsync(through, head, cancellationToken);
            if (changes.IsEmpty)
            {
                throw new MeshException(ErrorReason.StoreCorrupt, "The log has a gap.");
            }

            foreach (var change in changes)
            {
                // Whole commands only, because the cursor knows nothing smaller.
                if (change.Place.Revision > head || (work >= mostWork && change.Place.Revision > through))
                {
                    break;
                }

                work += 1 + filter.Items.CostOf(change.Subject, change.Item?.Readers ?? change.Before);
                if (work >= slice)
                {
                    await mesh.Costly.TurnAsync(cancellationToken);
                    slice = work + WorkPerTurn;
                }

                if (view.IsVoidedBy(change))
                {
                    return EndBefore(page, change);
                }

                if (view.See(change, now) is { } seen)
                {
                    page.Add(seen);
                    bytes += 64 + (seen.Item?.Bytes ?? change.Agent?.Length ?? change.Claim?.Bytes ?? 0);
                }
                through = change.Place.Revision;
            }
        }
        Through = Through with { Revision = through };
        if (through >= head || mesh.FindRecent(through + 1) is not null)
        {
            LeaveLog();
        }

        return page;
    }

    private async ValueTask<ImmutableArray<Change>> ReadLogAsync(long after, long head, CancellationToken cancellationToken)
    {
        if (!isInLog)
        {
            isInLog = true;
            mesh.LogPages.Enter();
        }

        var changes = ahead is { } begun && begun.After == after && begun.Redacted == mesh.State.Redacted ? await begun.Page : default;
        ahead = null;
        if (changes.IsDefault)
        {
            changes = await mesh.ReadLogAsync(after, head, cancellationToken);
        }

        if (!changes.IsEmpty && changes[^1].Place.Revision is var last && last < head && mesh.FindRecent(last + 1) is null)
        {
            ahead = (last, mesh.State.Redacted, ReadAheadAsync(last, head, cancellationToken));
        }

        return changes;
    }

    private void LeaveLog()
    {
        if (isInLog)
        {
            isInLog = false;
            mesh.LogPages.Leave();
        }
    }

    // After a failure the reader who needs the page reads it again, and hears the cause then.
    private async Task<ImmutableArray<Change>> ReadAheadAsync(long after, long head, CancellationToken cancellationToken)
    {
        try
        {
            return await mesh.ReadLogAsync(after, head, cancellationToken);
        }
        catch (Exception failure) when (failure is MeshException or OperationCanceledException)
        {
            return default;
        }
    }

    // A subscriber that may not follow any more gets nothing, not even what lies before the loss.
    private MeshView View()
    {
        var now = mesh.View(agent);
        now.Demand(tool);
        // A stream delivers values, whichever method opened it.
        now.Demand(Tool.GetContext);
        return now;
    }

    // Delivers first what was read before the voiding command, and nothing of the voiding command itself.
    private List<FeedChange>? EndBefore(List<FeedChange> page, Change voiding)
    {
        page.RemoveAll(seen => seen.Change.Place.Revision == voiding.Place.Revision);
        Through = Through with { Revision = voiding.Place.Revision - 1 };
        return page.Count > 0 ? page : null;
    }

    // A redaction ends the snapshot as well: the state may have an item of which the value is gone.
    private IEnumerable<IReadOnlyList<ContextItem>> Pages(
        PinnedState state, AgentRecord? record, long redacted, Func<ContextItem, long> sizeOf)
    {
        string? after = null;
        do
        {
            if (mesh.Fault is not null || !ReferenceEquals(mesh.View(agent).Record, record) || mesh.State.Redacted != redacted ||
                FindPage(state, after, sizeOf) is not { } page)
            {
                IsSnapshotVoid = true;
                break;
            }

            after = page.NextAfter;
            yield return page.Items;
        }
        while (after is not null);
        state.Dispose();
    }

    // Keeps the view in no field of the enumerator: while a page is on its way, only the pin holds the state. Null: it has lost it.
    private ItemPage? FindPage(PinnedState state, string? after, Func<ContextItem, long> sizeOf)
    {
        if (!state.TryView(out var view))
        {
            return null;
        }

        var page = view.List(filter.Items, new(after, int.MaxValue, sizeOf) { Bytes = limits.PageBytes });
        var moment = mesh.Now();
        return page.Items.All(item => item.IsLive(moment))
            ? page
            : page with { Items = [.. page.Items.Where(item => item.IsLive(moment))] };
    }

    private static void Demand(Position? after, MeshView now)
    {
        if (after is not { } position)
        {
            return;
        }

        now.Position.DemandReached(position);
        if (position.Revision < now.OldestRevision - 1)
        {
            throw Compacted(now.OldestRevision, now.Position.Revision);
        }
    }

    /// <summary>The refusal of a resume at a position of another epoch.</summary>
    public static MeshException EpochChanged() =>
        new(ErrorReason.EpochChanged, "The position belongs to another life of the store; begin with a snapshot.");

    internal static MeshException Compacted(long oldest, long head) =>
        new(ErrorReason.HistoryCompacted, "The log no longer reaches back to this position; begin with a snapshot.")
        {
            Metadata = { ["oldest"] = Text(oldest), ["head"] = Text(head) },
        };

    private static string Text(long revision) => revision.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
