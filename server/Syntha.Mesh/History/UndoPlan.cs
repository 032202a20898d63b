using System.Globalization;
using Syntha.Mesh.Following;
using Syntha.Mesh.Reading;
using Syntha.Mesh.Serving;
using Syntha.Mesh.Writing;

namespace Syntha.Mesh.History;

/// <summary>
/// Plans undos. A plan is what the log says as of a position, so it is not kept: a later page, and the undo itself, find the same again. It
/// walks the log once, from the first command of the scope to the plan's position, and then reads the rows that it needs.
/// </summary>
public static class UndoPlan
{
    /// <summary>The most keys and agents of one undo.</summary>
    public const int MaxSubjects = 100_000;

    /// <summary>The most characters of what one undo brings back.</summary>
    public const long MaxCharacters = 64 * 1024 * 1024;

    private const int RowsPerPage = 4_096;
    // The sizes of values are known only when they are read. So the first slices are small, and they grow while their rows are small.
    private const int FirstSlice = 8;
    private const int MostKeysPerSlice = 256;
    private const long SmallSlice = 512 * 1024;

    // So many commands are surely among the newest ones that a mesh keeps, unless they are large.
    private const int KeptNear = 32;

    private static readonly FeedFilter Everything = new(ItemFilter.All, [], IncludesAgents: false);

    /// <summary>One page of what an undo would do.</summary>
    /// <param name="lease">The mesh.</param>
    /// <param name="agent">The agent that asks. Null: the owner.</param>
    /// <param name="scope">What to take back.</param>
    /// <param name="plan">The position of the plan. Null: now.</param>
    /// <param name="page">The size of the page.</param>
    /// <param name="after">The last subject of the page before. Null: the first page.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="MeshException">
    /// ARGUMENT_INVALID, EPOCH_CHANGED, HISTORY_COMPACTED, REVISION_IN_FUTURE, REQUEST_TOO_LARGE, STORE_CORRUPT, STORE_DOWN, STORE_BUSY.
    /// </exception>
    public static ValueTask<UndoPage> ListAsync(
        MeshLease lease, AgentName? agent, UndoScope scope, Position? plan, UndoPageSize page, UndoMark? after,
        CancellationToken cancellationToken)
    {
        if (lease.Mesh is { } mesh)
        {
            return ListAsync(mesh, agent, scope, plan, page, after, cancellationToken);
        }

        scope.Demand(plan ?? Position.Empty, Position.Empty, oldestRevision: 1);
        return new(new UndoPage(Position.Empty, [], null));
    }

    internal static async ValueTask<UndoPage> ListAsync(
        UserMesh mesh, AgentName? agent, UndoScope scope, Position? plan, UndoPageSize page, UndoMark? after,
        CancellationToken cancellationToken)
    {
        var view = mesh.View(agent);
        var position = plan ?? view.Position;
        var reader = new Reader(mesh, view, scope, position, cancellationToken);
        var traces = await reader.WalkAsync();
        var steps = new List<UndoStep>();
        var bytes = 0L;
        if (after is not { IsAgent: true })
        {
            var keys = traces.Keys().Where(trace => after is not { } mark || Utf8Order.Instance.Compare(trace.Subject, mark.Subject) > 0);
            await foreach (var part in reader.JudgeAsync([.. keys], readsPresent: true))
            {
                foreach (var step in part)
                {
                    bytes += page.SizeOf(step);
                    if (steps.Count == page.MaxSteps || (steps.Count > 0 && bytes > PageLimits.MaxBytes))
                    {
                        return new(position, steps, new(false, steps[^1].Subject));
                    }

                    steps.Add(step);
                }
            }
        }

        foreach (var trace in traces.Agents())
        {
            if (after is { IsAgent: true } mark && Utf8Order.Instance.Compare(trace.Subject, mark.Subject) <= 0)
            {
                continue;
            }

            var step = reader.JudgeAgent(trace);
            bytes += page.SizeOf(step);
            if (steps.Count == page.MaxSteps || (steps.Count > 0 && bytes > PageLimits.MaxBytes))
            {
                return new(position, steps, new(steps[^1].IsAgent, steps[^1].Subject));
            }

            steps.Add(step);
        }

        return new(position, steps, null);
    }

    /// <summary>The command that carries out a plan.</summary>
    /// <param name="mesh">The mesh. The command is for this mesh in memory alone.</param>
    /// <param name="agent">The agent that acts. Null: the owner.</param>
    /// <param name="scope">What to take back.</param>
    /// <param name="plan">The position of the plan.</param>
    /// <param name="isAllOrNothing">Whether an obstacle refuses the undo.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="MeshException">As a page of the plan.</exception>
    public static async ValueTask<UndoChanges> PrepareAsync(
        UserMesh mesh, AgentName? agent, UndoScope scope, Position plan, bool isAllOrNothing, CancellationToken cancellationToken)
    {
        // The writer looks for what was written between here and its turn among the newest commands.
        mesh.KeepRecent();
        var view = mesh.View(agent);
        // Before anything is read: what is redacted from here on makes the command outdated.
        var redacted = view.State.Redacted;
        var reader = new Reader(mesh, view, scope, plan, cancellationToken);
        var traces = await reader.WalkAsync();
        var items = ImmutableArray.CreateBuilder<UndoneItem>();
        var (obstacles, characters) = (0L, 0L);
        // The owner may read and post everything, so the present items need not be looked at: their places tell whether they are the same.
        await foreach (var part in reader.JudgeAsync(traces.Keys(), readsPresent: agent is not null))
        {
            foreach (var step in part)
            {
                if (step.Obstacle is not null)
                {
                    obstacles++;
                }
                else if (reader.PresentOf(step) is var present && (present is not null || step.Former is not null))
                {
                    characters += step.Former is { } former ? former.ValueJson.Length + (former.MetadataJson?.Length ?? 0) : 0;
                    items.Add(new(ContextKey.Trusted(step.Subject), present, step.Former));
                }
            }

            Demand(characters <= MaxCharacters, MaxCharacters, characters, "characters");
        }

        var agents = ImmutableArray.CreateBuilder<UndoneAgent>();
        foreach (var step in traces.Agents().Select(reader.JudgeAgent))
        {
            if (step.Obstacle is not null)
            {
                obstacles++;
            }
            else if (!step.PresentRecord!.Equals(step.FormerRecord))
            {
                agents.Add(new(step.PresentRecord, step.FormerRecord!));
            }
        }

        var undo = new UndoChanges(
            items.DrainToImmutable(), agents.DrainToImmutable(), obstacles, isAllOrNothing, redacted, plan.Revision, mesh.FindRecent);
        return undo with { Checked = await reader.CheckAsync(undo.Touchable) };
    }

    private static void Demand(bool isWithin, long limit, long actual, string unit)
    {
        if (!isWithin)
        {
            throw MeshException.OverLimit(
                ErrorReason.RequestTooLarge, "The undo is about too much at once; undo a smaller range", limit, actual, unit);
        }
    }

    // Reads one plan.
    private sealed class Reader(UserMesh mesh, MeshView view, UndoScope scope, Position plan, CancellationToken cancellationToken)
    {
        private readonly Dictionary<string, ChangePlace?> presents = new(StringComparer.Ordinal);

        public async ValueTask<UndoTraces> WalkAsync()
        {
            scope.Demand(plan, view.Position, view.OldestRevision);
            var traces = new UndoTraces(scope, plan);
            var after = new ChangePlace(scope.After.Revision, ChangePlace.MaxIndex);
            var point = plan with { Revision = scope.After.Revision + 1 };
            for (var isLast = point.Revision > plan.Revision; !isLast;)
            {
                var page = await mesh.History.ReadReplacementsAsync(point, after, RowsPerPage, cancellationToken);
                await mesh.Costly.TurnAsync(cancellationToken);
                foreach (var row in page)
                {
                    traces.Add(row);
                }

                isLast = page.Length < RowsPerPage || page[^1].Place.Revision > plan.Revision;
                after = page.IsEmpty ? after : page[^1].Place;
                Demand(traces.Count <= MaxSubjects, MaxSubjects, traces.Count, "keys and agents");
            }

            return traces;
        }

        /// <summary>
        /// Demands that the log has no write to some subjects behind the plan. Looks up to the head, at last so near to it that the newest
        /// commands tell the rest. Returns how far it has looked.
        /// </summary>
        /// <exception cref="MeshException">PLAN_OUTDATED.</exception>
        public async ValueTask<long> CheckAsync(UndoneSubjects subjects)
        {
            var (head, after) = (mesh.Revision, new ChangePlace(plan.Revision, ChangePlace.MaxIndex));
            for (var isThere = head == plan.Revision || subjects.IsEmpty; !isThere;)
            {
                var page = await mesh.History.ReadReplacementsAsync(plan, after, RowsPerPage, cancellationToken);
                await mesh.Costly.TurnAsync(cancellationToken);
                foreach (var row in page)
                {
                    subjects.Demand(row.Kind, row.Subject);
                }

                isThere = page.Length < RowsPerPage || page[^1].Place.Revision > head;
                after = isThere ? new(head, ChangePlace.MaxIndex) : page[^1].Place;
                if (isThere && mesh.Revision is var now && now - head > KeptNear)
                {
                    (head, isThere) = (now, false);
                }
            }

            return head;
        }

        /// <summary>The place of the item as of the plan, also where it was not read.</summary>
        public ChangePlace? PresentOf(UndoStep step) => presents.GetValueOrDefault(step.Subject);

        /// <summary>
        /// Judges keys, slice by slice: no more rows are in memory than those of a slice. Keys of which nothing is to be told are left out.
        /// </summary>
        public async IAsyncEnumerable<List<UndoStep>> JudgeAsync(IReadOnlyList<UndoTrace> traces, bool readsPresent)
        {
            var size = FirstSlice;
            for (var begin = 0; begin < traces.Count;)
            {
                var slice = traces.Skip(begin).Take(size).ToArray();
                var (steps, read) = await JudgeSliceAsync(slice, readsPresent);
                begin += slice.Length;
                size = read <= SmallSlice ? Math.Min(2 * size, MostKeysPerSlice) : Math.Max(FirstSlice, size / 4);
                yield return steps;
            }
        }

        private async ValueTask<(List<UndoStep> Steps, long Read)> JudgeSliceAsync(UndoTrace[] traces, bool readsPresent)
        {
            var read = 0L;
            var places = new HashSet<ChangePlace>();
            foreach (var trace in traces)
            {
                Add(places, readsPresent ? trace.Present : null);
                Add(places, trace.BuiltOn is null ? trace.Former : null);
                Add(places, view.Agent is null ? null : trace.BuiltOn);
            }

            var rows = new Dictionary<ChangePlace, Change>();
            if (places.Count > 0)
            {
                foreach (var row in await mesh.History.ReadRowsAsync(plan, places, cancellationToken))
                {
                    rows.Add(row.Place, row);
                    read += row.Item?.Bytes ?? 0;
                }
            }

            await mesh.Costly.TurnAsync(cancellationToken);
            var steps = new List<UndoStep>(traces.Length);
            foreach (var trace in traces)
            {
                if (Judge(trace, rows, readsPresent) is { } step)
                {
                    presents[trace.Subject] = trace.Present;
                    steps.Add(step);
                }
            }

            return (steps, read);
        }

        public UndoStep JudgeAgent(UndoTrace trace) => new(trace.Subject)
        {
            PresentRecord = trace.PresentRecord,
            FormerRecord = trace.FormerRecord ?? throw Lost(),
            Obstacle = trace.BuiltOn is { } place ? new(UndoObstacleKind.BuiltOn, place.Revision, trace.BuiltOnBy) : null,
        };

        private UndoStep? Judge(UndoTrace trace, Dictionary<ChangePlace, Change> rows, bool readsPresent)
        {
            var now = view.Now;
            var item = readsPresent && trace.Present is { } place ? Row(rows, place).Item : null;
            // An item whose time is over is absent, whether or not the log says so by now.
            var present = item?.IsLive(now) == true ? item : null;
            if (present is not null && !view.MayRead(present.Readers))
            {
                return null;
            }

            if (trace.BuiltOn is { } built)
            {
                return new(trace.Subject) { Present = present, Obstacle = BuiltOn(trace, built, rows) };
            }

            var former = trace.Former is { } held ? Row(rows, held).Item : null;
            if (former is not null && !former.IsLive(now))
            {
                return new(trace.Subject)
                {
                    Present = present,
                    HasExpired = true,
                    Obstacle = MayPost(present) ? null : new(UndoObstacleKind.NotAllowed),
                };
            }

            if (former is null && present is null && (readsPresent || trace.Present is null))
            {
                return null;
            }

            var mayRead = former is null || view.MayRead(former.Readers);
            return new(trace.Subject)
            {
                Present = present,
                Former = mayRead ? former : null,
                Obstacle = !mayRead || !MayPost(present) || !MayPost(former) ? new(UndoObstacleKind.NotAllowed)
                    : former?.IsRedacted == true ? new(UndoObstacleKind.Redacted)
                    : null,
            };
        }

        // An agent is told of the change that its stream would have told it of, and of no other.
        private UndoObstacle BuiltOn(UndoTrace trace, ChangePlace place, Dictionary<ChangePlace, Change> rows)
        {
            var change = view.Agent is null ? null : Row(rows, place);
            var isShown = change is null ||
                new FeedView(view.Agent, view.Record, Everything).See(change, change.Time) is { Kind: not FeedKind.LeftView };
            return isShown
                ? new(UndoObstacleKind.BuiltOn, place.Revision, trace.BuiltOnBy)
                : new(UndoObstacleKind.BuiltOn);
        }

        private bool MayPost(ContextItem? item)
        {
            if (item is null || view.Agent is not { } agent || view.Record?.Permissions is not { } permissions)
            {
                return true;
            }

            try
            {
                permissions.Demand(agent, item.Readers);
                return true;
            }
            catch (MeshException refusal) when (refusal.Reason == ErrorReason.RoutingNotAllowed)
            {
                return false;
            }
        }

        // Before servers kept such rows, a log that was trimmed past one lost it when it was replaced.
        private Change Row(Dictionary<ChangePlace, Change> rows, ChangePlace place) =>
            rows.TryGetValue(place, out var row) ? row : throw Lost();

        private MeshException Lost() =>
            new(ErrorReason.HistoryCompacted, "The log no longer tells what was there before.")
            {
                Metadata =
                {
                    ["oldest"] = view.OldestRevision.ToString(CultureInfo.InvariantCulture),
                    ["head"] = view.Position.Revision.ToString(CultureInfo.InvariantCulture),
                },
            };

        private static void Add(HashSet<ChangePlace> places, ChangePlace? place)
        {
            if (place is { } known)
            {
                places.Add(known);
            }
        }
    }
}

/// <summary>The size of a page of a plan.</summary>
/// <param name="MaxSteps">The most steps.</param>
/// <param name="SizeOf">Estimates the bytes of a step in the answer.</param>
public sealed record UndoPageSize(int MaxSteps, Func<UndoStep, long> SizeOf);
