using Syntha.Mesh.Quotas;
using Syntha.Mesh.State;
using Syntha.Mesh.Stores;
using Syntha.Mesh.Writing;

namespace Syntha.Mesh.Serving;

/// <summary>
/// Commands that are committed together. Each is evaluated against the state that the ones before it have reached. Each is refused alone.
/// Lives for one turn to write, on the writer's thread.
/// </summary>
internal sealed class CommandGroup(
    MeshState before, DateTimeOffset now, UserQuotas quotas, IReadOnlyDictionary<Guid, KnownRequest> known)
{
    private readonly List<(PendingCommand Pending, CommandResult Result)> answers = [];
    private readonly Dictionary<Guid, KnownRequest> newRequests = [];

    // The deadlines of the items that expire by these commands.
    private readonly List<DateTimeOffset> expired = [];

    /// <summary>The state after all commands so far.</summary>
    public MeshState State { get; private set; } = before;

    public List<CommittedCommand> Committed { get; } = [];

    public void Evaluate(PendingCommand pending)
    {
        try
        {
            answers.Add((pending, FindAnswer(pending.Command) ?? Carry(pending.Command)));
        }
        catch (MeshException refusal)
        {
            pending.Refuse(refusal);
        }
    }

    /// <summary>Makes the group durable.</summary>
    /// <exception cref="MeshException">As <see cref="IStoreTransaction.CommitAsync"/>.</exception>
    public async ValueTask CommitAsync(IStoreTransaction turn, TimeProvider time, MeshClock clock)
    {
        var began = time.GetTimestamp();
        await turn.CommitAsync(Committed);
        MeshMeter.Committed(Committed.Count, time.GetElapsedTime(began));
        foreach (var deadline in expired)
        {
            MeshMeter.Expired(clock.Now() - deadline);
        }
    }

    /// <summary>Gives the callers their answers. To be called when the group is durable and readers see its state.</summary>
    public void Answer() => PendingCommand.Answer(answers);

    private CommandResult? FindAnswer(MeshCommand command)
    {
        if (command.Request is not { } request ||
            !(newRequests.TryGetValue(request.Id, out var former) || known.TryGetValue(request.Id, out former)))
        {
            return null;
        }

        if (former.Request.ContentHash != request.ContentHash || former.Request.Method != request.Method ||
            former.Request.Caller != command.Actor)
        {
            throw new MeshException(
                ErrorReason.RequestIdReused, "The request id was used before for another command; give each command an id of its own.");
        }
        return new(new(State.Position.Epoch, former.Revision), IsReplay: true, CommandAnswer.Decode(former.Request.Answer));
    }

    private CommandResult Carry(MeshCommand command)
    {
        var evaluation = new Evaluation(State, now, quotas, command, Committed);
        evaluation.DemandAccess();
        if (command.IfClaim is { } token)
        {
            evaluation.DemandClaim(token);
        }

        var answer = command.Evaluate(evaluation);
        var changes = evaluation.Changes;
        if (changes.IsEmpty)
        {
            return new(State.Position, IsReplay: false, answer);
        }

        var revision = State.Position.Revision + 1;
        var fold = new MeshFold(State);
        foreach (var change in changes)
        {
            fold.Apply(change);
        }

        var reached = fold.ToState(State.Position with { Revision = revision });
        QuotaCheck.Demand(quotas, State, reached, now, command.Actor);
        CountExpired(changes);
        State = reached;

        RequestRecord? record = null;
        if (command.Request is { } request)
        {
            record = new(request.Id, command.Actor, request.Method, request.ContentHash, answer.Encode());
            newRequests[request.Id] = new(revision, record);
        }
        Committed.Add(new(revision, changes, record, command.Origin));
        return new(State.Position, IsReplay: false, answer, HasChanges: true);
    }

    private void CountExpired(ImmutableArray<Change> changes)
    {
        if (State.Deadlines.IsEmpty)
        {
            return;
        }

        foreach (var change in changes)
        {
            if (change.Kind == ChangeKind.Expired &&
                State.Items.GetValueOrDefault(ContextKey.Trusted(change.Subject))?.ExpiresAt is { } deadline)
            {
                expired.Add(deadline);
            }
        }
    }
}
