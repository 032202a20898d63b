namespace Syntha.Mesh.Log;

/// <summary>
/// One row of the log. The log is the truth: a mesh's state is the fold of its changes, on whichever node and after whichever restart.
/// Immutable.
/// </summary>
public sealed record Change
{
    public required ChangeKind Kind { get; init; }

    public required ChangePlace Place { get; init; }

    /// <summary>The store's clock when the command was evaluated; the same for all changes of a group.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The key of the item; the agent's name where the kind is <see cref="ChangeKind.AgentChanged"/>.</summary>
    public required string Subject { get; init; }

    /// <summary>The item as it is now: for Created and Updated, else null.</summary>
    public ContextItem? Item { get; init; }

    /// <summary>Who could read the item before: for Updated, Removed, Expired and Purged, else null.</summary>
    public Readers? Before { get; init; }

    /// <summary>Who did it: null for the owner and for the server itself.</summary>
    public AgentName? Actor { get; init; }

    /// <summary>The row that held the subject until now; null where there was none, and for agents.</summary>
    public ChangePlace? Replaces { get; init; }

    /// <summary>What is stored about the agent now (perhaps an empty record): for AgentChanged, else null.</summary>
    public AgentRecord? Agent { get; init; }

    /// <summary>Whether this row holds the subject until a later change replaces it. Such rows outlive the trimming of the log.</summary>
    public bool HoldsSubject => Kind is ChangeKind.Created or ChangeKind.Updated or ChangeKind.Expired;
}

/// <summary>What a change did. The numbers are stored; they never change their meaning.</summary>
public enum ChangeKind
{
    /// <summary>An item that was not there before.</summary>
    Created = 1,

    /// <summary>An item with a new value or a new routing.</summary>
    Updated = 2,

    /// <summary>An item is gone because somebody removed it.</summary>
    Removed = 3,

    /// <summary>An item is gone because its time has come. It is counted as expired until it is purged.</summary>
    Expired = 4,

    /// <summary>An expired item is no longer counted. Of interest to nobody but the statistics.</summary>
    Purged = 5,

    /// <summary>What is stored about an agent: subscriptions, permissions.</summary>
    AgentChanged = 6,
}
