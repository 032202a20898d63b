using System.Globalization;
using Syntha.Mesh.Access;
using Syntha.Mesh.State;

namespace Syntha.Mesh.Writing;

/// <summary>
/// Takes keys and agents back to what they were. Each must still be as the plan saw it. An item comes back with its value, routing, author
/// and deadline. One whose time is over does not come back.
/// </summary>
/// <param name="Items">The keys.</param>
/// <param name="Agents">The agents. Only the owner takes back what was changed about them.</param>
/// <param name="Obstacles">How many keys and agents the plan leaves alone.</param>
/// <param name="IsAllOrNothing">Whether an obstacle refuses the undo.</param>
/// <param name="Redacted">The mesh's last redaction when the items were read. What was redacted since must not come back.</param>
/// <param name="Checked">
/// Up to this revision the log says that nothing was written to the subjects of <see cref="Touchable"/> since the plan.
/// </param>
/// <param name="FindRecent">The command of a revision, as far as it is among the newest ones that the mesh keeps.</param>
public sealed record UndoChanges(
    ImmutableArray<UndoneItem> Items, ImmutableArray<UndoneAgent> Agents, long Obstacles, bool IsAllOrNothing, long Redacted,
    long Checked, Func<long, CommittedCommand?> FindRecent)
    : MeshCommand
{
    /// <summary>
    /// The subjects that may be as the plan saw them although they were written since: a key without an item may have had one meanwhile,
    /// and an agent may have got its former record back. A present item shows by its place that it was not.
    /// </summary>
    internal UndoneSubjects Touchable { get; } = new(Items, Agents);

    internal override Tool? CountsAs => Tool.PushContext;

    internal override long BytesIn(MeshState state)
    {
        var bytes = base.BytesIn(state) + (512L * Agents.Length);
        foreach (var item in Items)
        {
            bytes += 128 + (2 * item.Former?.Bytes ?? 0);
        }

        return bytes;
    }

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        // The plan and its refusals tell of former values.
        evaluation.DemandAccess(Tool.GetContext);
        evaluation.DemandPast();
        if (IsAllOrNothing && Obstacles > 0)
        {
            throw new MeshException(
                ErrorReason.UndoBlocked, "The undo would leave something alone, and was asked for as a whole; look at the obstacles.")
            {
                Metadata = { ["obstacles"] = Obstacles.ToString(CultureInfo.InvariantCulture) },
            };
        }

        if (evaluation.State.Redacted != Redacted && !Items.IsEmpty)
        {
            throw Outdated("Values were redacted while the undo was prepared; plan it again.");
        }

        DemandUntouched(evaluation);
        var undone = Items.Count(item => TryUndo(evaluation, item));
        foreach (var agent in Agents)
        {
            if (!evaluation.AgentOf(agent.Name).Equals(agent.Present))
            {
                throw Outdated(
                    $"What is stored about the agent '{agent.Name}' has changed since the plan; plan the undo again.", "agent",
                    agent.Name.Value);
            }

            evaluation.PutAgent(agent.Former);
        }

        return new(Items: undone + Agents.Length, LeftAlone: Obstacles);
    }

    // The state does not tell of a key that came and went. The commands since the last look at the log do.
    private void DemandUntouched(Evaluation evaluation)
    {
        for (var revision = Checked + 1; revision <= evaluation.State.Position.Revision && !Touchable.IsEmpty; revision++)
        {
            if ((evaluation.FindEarlier(revision) ?? FindRecent(revision)) is not { } command)
            {
                throw Outdated("Too much was written while the undo was prepared; plan it again.");
            }

            foreach (var change in command.Changes)
            {
                Touchable.Demand(change.Kind, change.Subject);
            }
        }
    }

    // False: there is nothing to do. The former item has expired, and the key has no item.
    private static bool TryUndo(Evaluation evaluation, UndoneItem undone)
    {
        evaluation.State.Items.TryGetValue(undone.Key, out var present);
        if (present?.Place != undone.Present || (present is not null && !evaluation.ActorMayRead(present.Readers)))
        {
            throw Outdated("A key has changed since the plan; plan the undo again.", "key", undone.Key.Value);
        }

        // It is absent for everyone, although the log does not say so yet.
        if (present?.IsLive(evaluation.Now) == false)
        {
            present = null;
        }

        if (present is not null)
        {
            evaluation.DemandPost(present.Readers);
        }

        if (undone.Former is { } former && former.IsLive(evaluation.Now))
        {
            evaluation.DemandPost(former.Readers);
            evaluation.DemandSize(former.ValueJson);
            evaluation.Put(undone.Key, place => former with { Place = place, UpdatedAt = evaluation.Now });
        }
        else if (present is not null)
        {
            evaluation.Remove(present);
        }
        else
        {
            return false;
        }

        return true;
    }

    internal static MeshException Outdated(string message, string? name = null, string value = "")
    {
        var refusal = new MeshException(ErrorReason.PlanOutdated, message);
        if (name is not null)
        {
            refusal.Metadata[name] = value;
        }

        return refusal;
    }
}

/// <summary>A key that an undo takes back.</summary>
/// <param name="Key">The key.</param>
/// <param name="Present">The place of the item that the plan saw. Null: there was none.</param>
/// <param name="Former">The item that comes back. Null: none.</param>
public readonly record struct UndoneItem(ContextKey Key, ChangePlace? Present, ContextItem? Former);

/// <summary>An agent of which an undo takes back what is stored about it.</summary>
/// <param name="Present">The record that the plan saw.</param>
/// <param name="Former">The record that comes back.</param>
public readonly record struct UndoneAgent(AgentRecord Present, AgentRecord Former)
{
    public AgentName Name => Present.Name;
}
