namespace Syntha.Client;

/// <summary>
/// What an undo would do, as of a position. <see cref="ContextMesh.UndoAsync"/> carries it out. The server does not keep it. Immutable.
/// </summary>
public sealed class UndoPlan
{
    internal UndoPlan(UndoScope scope, string? agentName, Position position, IReadOnlyList<PlannedUndo> undos) =>
        (Scope, AgentName, Position, Undos) = (scope, agentName, position, undos);

    /// <summary>What it takes back.</summary>
    public UndoScope Scope { get; }

    /// <summary>The agent that planned it. <see langword="null"/>: the owner.</summary>
    public string? AgentName { get; }

    /// <summary>Its position. Each key that the undo changes must still be as it was there.</summary>
    public Position Position { get; }

    /// <summary>What happens to each key, in byte order, and behind them to each agent.</summary>
    public IReadOnlyList<PlannedUndo> Undos { get; }

    /// <summary>Whether something is left alone because something else stands in the way.</summary>
    public bool HasObstacles => Undos.Any(undo => undo.Obstacle is not null);
}
