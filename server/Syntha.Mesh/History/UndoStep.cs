namespace Syntha.Mesh.History;

/// <summary>What an undo does to one key or to one agent.</summary>
/// <param name="Subject">The key, or the name of the agent.</param>
public sealed record UndoStep(string Subject)
{
    /// <summary>The item as of the plan. Null: there is none, or the subject is an agent.</summary>
    public ContextItem? Present { get; init; }

    /// <summary>The item that comes back. Null: none does, or it is not shown to the agent that asks.</summary>
    public ContextItem? Former { get; init; }

    /// <summary>Whether there was an item, and its time is over.</summary>
    public bool HasExpired { get; init; }

    /// <summary>The agent's record as of the plan. Null: the subject is a key.</summary>
    public AgentRecord? PresentRecord { get; init; }

    /// <summary>The agent's record that comes back.</summary>
    public AgentRecord? FormerRecord { get; init; }

    /// <summary>Why nothing happens. Null: nothing stands in the way.</summary>
    public UndoObstacle? Obstacle { get; init; }

    public bool IsAgent => PresentRecord is not null;

    /// <summary>Whether the undo changes something.</summary>
    public bool HasEffect => Obstacle is null && (IsAgent || Present is not null || Former is not null);
}

/// <summary>What keeps an undo from a key or an agent.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Revision">The revision of the change that built on it. 0: there is none, or it is not shown.</param>
/// <param name="Author">The agent that made it. Null: the owner, or it is not shown.</param>
public sealed record UndoObstacle(UndoObstacleKind Kind, long Revision = 0, AgentName? Author = null);

/// <summary>The kinds of obstacles.</summary>
public enum UndoObstacleKind
{
    /// <summary>Another command has changed it since.</summary>
    BuiltOn,

    /// <summary>The value that would come back was redacted.</summary>
    Redacted,

    /// <summary>The agent that asks may not read the former item, or not post to the routing.</summary>
    NotAllowed,
}

/// <summary>A page of a plan.</summary>
/// <param name="Position">The position of the plan.</param>
/// <param name="Steps">The steps: keys in byte order, and agents behind them.</param>
/// <param name="Next">Where the next page begins. Null: there is none.</param>
public sealed record UndoPage(Position Position, IReadOnlyList<UndoStep> Steps, UndoMark? Next);

/// <summary>The last subject of a page of a plan.</summary>
/// <param name="IsAgent">Whether it is an agent.</param>
/// <param name="Subject">The key, or the name of the agent.</param>
public readonly record struct UndoMark(bool IsAgent, string Subject);
