using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Syntha.Mesh.Reading;
using Syntha.Mesh.State;
using Syntha.Mesh.Stores;

namespace Syntha.Mesh.Serving;

/// <summary>
/// Reads a mesh as it was at a position that its log still has. It walks the log from that position on: of each subject, the first change
/// names the row that held the subject then. What has not changed since is taken from the present state. The last few positions are kept,
/// within as much memory as the present state takes, and some megabytes in any case; one of any size is kept. Thread-safe. One caller of a
/// user builds at a time, slice by slice in the turns of the user's costly work.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no handle unless one is asked for.")]
internal sealed class PastStates(UserMesh mesh, IUserStore store, long leastBytes)
{
    private const int MaxKept = 4;
    private const int RowsPerPage = 4_096;
    private const int ItemsPerSlice = 256;

    // A read of more keys takes the whole state, which all calls share. Each call would otherwise hold rows of its own.
    private const int MaxSingleKeys = 4;

    private static readonly TimeSpan KeptUnused = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim building = new(1, 1);
    private readonly Lock keeping = new();

    // The one that was used last is at the end.
    private readonly List<PastState> kept = [];
    private volatile bool isEmpty = true;
    private long underWay;

    /// <summary>An estimate of what the kept states, and one that is built, take in memory beside the present one, in bytes.</summary>
    public long Bytes
    {
        get
        {
            if (isEmpty)
            {
                return Volatile.Read(ref underWay);
            }

            lock (keeping)
            {
                return Volatile.Read(ref underWay) + SumUnsynchronized(mesh.State);
            }
        }
    }

    /// <summary>A mesh as it was.</summary>
    /// <param name="agent">The caller. Null: the owner.</param>
    /// <param name="asked">The position or the time.</param>
    /// <param name="keys">The keys that are read: a few of them do not need the whole state. Null: any.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="MeshException">
    /// EPOCH_CHANGED, REVISION_IN_FUTURE, HISTORY_COMPACTED, STORE_CORRUPT, STORE_DOWN, STORE_BUSY.
    /// </exception>
    public async ValueTask<MeshView> ViewAsync(
        AgentName? agent, ReadPoint asked, IReadOnlyList<ContextKey>? keys, CancellationToken cancellationToken)
    {
        var present = mesh.State;
        var point = asked.Position ?? await FindAsync(asked.Time!.Value, present, cancellationToken);
        present.Position.DemandReached(point);
        if (point == present.Position && point.Revision < present.OldestRevision)
        {
            // The log has lost even its last command: by its age, or by an import. The state behind it is the present one.
            return new(present, asked.Time ?? mesh.Now(), agent);
        }

        var past = await ReachAsync(point, present, cancellationToken);
        var moment = asked.Time ?? past.Moment;
        var state = past.Whole
            ?? (keys is null || keys.Count > MaxSingleKeys
                ? await BuildAsync(past, present, cancellationToken)
                : await BuildPartAsync(past, present, agent, keys, cancellationToken));
        return new(state, moment, agent);
    }

    /// <summary>Drops what no read has asked for lately. Costs almost nothing when nothing is kept.</summary>
    public void Forget()
    {
        if (isEmpty)
        {
            return;
        }

        var now = mesh.Now();
        lock (keeping)
        {
            kept.RemoveAll(past => past.UsedAt < now - KeptUnused);
            isEmpty = kept.Count == 0;
        }
    }

    /// <summary>Drops everything: values in it were redacted.</summary>
    public void ForgetAll()
    {
        lock (keeping)
        {
            kept.Clear();
            isEmpty = true;
        }
    }

    private async ValueTask<Position> FindAsync(DateTimeOffset moment, MeshState present, CancellationToken cancellationToken)
    {
        if (moment > mesh.Now())
        {
            throw new MeshException(ErrorReason.RevisionInFuture, "The time lies in the future.")
            {
                Metadata = { ["head"] = Text(present.Position.Revision) },
            };
        }

        var found = await store.History.FindAsync(moment, cancellationToken);
        // What is committed and not published yet is not there for any other reader either.
        return found.Epoch == present.Position.Epoch && found.Revision > present.Position.Revision ? present.Position : found;
    }

    // Knows everything up to the present state when it returns.
    private async ValueTask<PastState> ReachAsync(Position point, MeshState present, CancellationToken cancellationToken)
    {
        if (point.Revision < present.OldestRevision && (point.Revision > 0 || present.OldestRevision > 1))
        {
            throw Compacted(present.OldestRevision, present);
        }

        if (FindKept(point, present) is { } known && (known.Whole is not null || known.Revision >= present.Position.Revision))
        {
            return known;
        }

        await building.WaitAsync(cancellationToken);
        try
        {
            var past = FindKept(point, present);
            if (past is null)
            {
                var moment = point.Revision == 0
                    ? DateTimeOffset.UnixEpoch
                    : await store.History.ReadTimeAsync(point, cancellationToken);
                past = new(point, moment) { Redacted = present.Redacted };
            }

            for (var isLast = false; !isLast && past.Revision < present.Position.Revision;)
            {
                var page = await store.History.ReadReplacementsAsync(point, past.Through, RowsPerPage, cancellationToken);
                isLast = page.Length < RowsPerPage;
                await mesh.Costly.TurnAsync(cancellationToken);
                past.Add(page, isLast);
            }
            Keep(past, present);
            return past;
        }
        finally
        {
            building.Release();
        }
    }

    private async ValueTask<MeshState> BuildAsync(PastState past, MeshState present, CancellationToken cancellationToken)
    {
        await building.WaitAsync(cancellationToken);
        try
        {
            if (past.Whole is { } built)
            {
                return built;
            }

            await mesh.Costly.TurnAsync(cancellationToken);
            var fold = new MeshFold(present);
            fold.DropClaims();
            foreach (var row in past.Agents())
            {
                fold.PutAgent(FormerOf(row, present));
            }

            long restored = 0;
            foreach (var slice in past.Keys().Chunk(ItemsPerSlice))
            {
                var holders = await ReadHoldersAsync(past, slice, present, cancellationToken);
                await mesh.Costly.TurnAsync(cancellationToken);
                foreach (var row in slice)
                {
                    var holder = row.Replaces is { } place ? holders.GetValueOrDefault(place) : null;
                    fold.Restore(ContextKey.Trusted(row.Subject), holder);
                    restored += holder?.Item?.Bytes ?? 0;
                }

                Volatile.Write(ref underWay, 2 * restored);
            }
            var state = fold.ToState(past.Point);
            past.Keep(state, present, restored);
            Keep(past, present);
            return state;
        }
        finally
        {
            Volatile.Write(ref underWay, 0);
            building.Release();
        }
    }

    // A state with these keys alone, and with the caller's record.
    private async ValueTask<MeshState> BuildPartAsync(
        PastState past, MeshState present, AgentName? agent, IReadOnlyList<ContextKey> keys, CancellationToken cancellationToken)
    {
        var changed = new List<Replacement>();
        var fold = new MeshFold(past.Point, present.OldestRevision);
        foreach (var key in keys)
        {
            if (past.FindKey(key.Value) is { } row)
            {
                changed.Add(row);
            }
            else if (present.Items.TryGetValue(key, out var item))
            {
                fold.PutItem(item);
            }
        }
        if (agent is { } name)
        {
            var record = past.FindAgent(name.Value) is { } row ? FormerOf(row, present) : present.Agents.GetValueOrDefault(name);
            if (record is { IsEmpty: false })
            {
                fold.PutAgent(record);
            }
        }
        var holders = await ReadHoldersAsync(past, changed, present, cancellationToken);
        foreach (var row in changed)
        {
            fold.Restore(ContextKey.Trusted(row.Subject), row.Replaces is { } place ? holders.GetValueOrDefault(place) : null);
        }

        return fold.ToState(past.Point);
    }

    // The rows that held these keys. Before servers kept such rows, a log that was trimmed past one lost it when it was replaced.
    private async ValueTask<Dictionary<ChangePlace, Change>> ReadHoldersAsync(
        PastState past, IReadOnlyCollection<Replacement> replaced, MeshState present, CancellationToken cancellationToken)
    {
        var places = replaced.Where(row => row.Replaces is not null).Select(row => row.Replaces!.Value).ToList();
        if (places.Count == 0)
        {
            return [];
        }

        var rows = await store.History.ReadRowsAsync(past.Point, places, cancellationToken);
        var holders = rows.ToDictionary(row => row.Place);
        foreach (var row in replaced)
        {
            if (row.Replaces is { } place && !holders.ContainsKey(place))
            {
                throw Compacted(row.Place.Revision, present);
            }
        }
        return holders;
    }

    private static AgentRecord FormerOf(Replacement row, MeshState present) =>
        row.Former ?? throw Compacted(row.Place.Revision, present);

    // A caller that began before a redaction goes on with a state of its own, and one that began after it never gets such a state.
    private PastState? FindKept(Position point, MeshState present)
    {
        lock (keeping)
        {
            var index = kept.FindIndex(past => past.Point == point);
            if (index < 0)
            {
                return null;
            }

            var past = kept[index];
            if (past.Redacted != mesh.State.Redacted)
            {
                kept.RemoveAt(index);
                return null;
            }

            if (past.Redacted != present.Redacted)
            {
                return null;
            }

            kept.RemoveAt(index);
            kept.Add(past);
            past.UsedAt = mesh.Now();
            return past;
        }
    }

    private void Keep(PastState past, MeshState present)
    {
        lock (keeping)
        {
            // What was read meanwhile may hold a value that is gone.
            if (past.Redacted != mesh.State.Redacted)
            {
                return;
            }

            kept.Remove(past);
            kept.Add(past);
            isEmpty = false;
            past.UsedAt = mesh.Now();
            var most = Math.Max(leastBytes, present.MemoryBytes);
            while (kept.Count > MaxKept || (kept.Count > 1 && SumUnsynchronized(present) > most))
            {
                kept.RemoveAt(0);
            }
        }
    }

    private long SumUnsynchronized(MeshState present)
    {
        var sum = 0L;
        foreach (var past in kept)
        {
            sum += past.BytesBeside(present);
        }

        return sum;
    }

    /// <summary>The refusal of a read beyond what the log tells.</summary>
    /// <param name="oldest">The oldest revision that can be read.</param>
    /// <param name="present">The present state.</param>
    private static MeshException Compacted(long oldest, MeshState present) =>
        new(ErrorReason.HistoryCompacted, "The log no longer reaches back to this position.")
        {
            Metadata = { ["oldest"] = Text(oldest), ["head"] = Text(present.Position.Revision) },
        };

    private static string Text(long revision) => revision.ToString(CultureInfo.InvariantCulture);
}
