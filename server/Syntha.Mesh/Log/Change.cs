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
