namespace Syntha.Mesh.Writing;

/// <summary>
/// The keys without an item, and the agents, that an undo is about. No command may have written to them since the plan. Immutable.
/// </summary>
internal sealed class UndoneSubjects(ImmutableArray<UndoneItem> undone, ImmutableArray<UndoneAgent> undoneAgents)
{
    private readonly HashSet<string> keys =
        [.. undone.Where(item => item.Present is null).Select(item => item.Key.Value)];

    private readonly HashSet<string> agents = [.. undoneAgents.Select(agent => agent.Name.Value)];

    public bool IsEmpty => keys.Count == 0 && agents.Count == 0;

    /// <summary>Demands that a change behind the plan is none of these. The end of a time to live is written by no one.</summary>
    /// <exception cref="MeshException">PLAN_OUTDATED.</exception>
    public void Demand(ChangeKind kind, string subject)
    {
        switch (kind)
        {
            case ChangeKind.Created or ChangeKind.Updated or ChangeKind.Removed when keys.Contains(subject):
                throw UndoChanges.Outdated("A key has changed since the plan; plan the undo again.", "key", subject);
            case ChangeKind.AgentChanged when agents.Contains(subject):
                throw UndoChanges.Outdated(
                    $"What is stored about the agent '{subject}' has changed since the plan; plan the undo again.", "agent", subject);
        }
    }
}
