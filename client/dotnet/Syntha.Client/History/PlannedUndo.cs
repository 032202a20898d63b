using System.Text.Json;

namespace Syntha.Client;

/// <summary>What an undo does to one key, or to one agent. Immutable.</summary>
public sealed class PlannedUndo
{
    internal PlannedUndo(V1.PlannedUndo wire, JsonSerializerOptions jsonOptions)
    {
        Key = wire.Key;
        Kind = WireKind.From(wire.Kind);
        Present = wire.Present is null ? null : new ContextItem(wire.Present, jsonOptions);
        Restored = wire.Restored is null ? null : new ContextItem(wire.Restored, jsonOptions);
        RestoredAgent = wire.RestoredAgent is null ? null : AgentState.From(wire.RestoredAgent);
        Obstacle = wire.Obstacle is null ? null : UndoObstacle.From(wire.Obstacle);
        FormerExpired = wire.FormerExpired;
    }

    /// <summary>The key. For <see cref="ChangeKind.AgentChanged"/> the agent's name.</summary>
    public string Key { get; }

    /// <summary>
    /// What happens. <see cref="ChangeKind.Created"/>: a removed item comes back. <see cref="ChangeKind.Updated"/>: the item becomes what
    /// it was. <see cref="ChangeKind.Removed"/>: it goes away. <see cref="ChangeKind.AgentChanged"/>: what is stored about the agent
    /// becomes what it was. <see cref="ChangeKind.Unknown"/>: nothing happens.
    /// </summary>
    public ChangeKind Kind { get; }

    /// <summary>The item as of the plan. <see langword="null"/> when there is none.</summary>
    public ContextItem? Present { get; }

    /// <summary>The item that is restored. <see langword="null"/> when there is none.</summary>
    public ContextItem? Restored { get; }

    /// <summary>What is stored about the agent afterwards, for <see cref="ChangeKind.AgentChanged"/>.</summary>
    public AgentState? RestoredAgent { get; }

    /// <summary>Why nothing happens. <see langword="null"/> when nothing stands in the way.</summary>
    public UndoObstacle? Obstacle { get; }

    /// <summary>Whether there was an item whose time to live has ended since. It does not come back.</summary>
    public bool FormerExpired { get; }
}
