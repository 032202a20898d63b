namespace Syntha.Mesh.Log;

/// <summary>
/// One row of the log. The log is the truth: on every node, and after every restart, a mesh's state is the fold of its changes. Immutable.
/// The room Log says what stands in the log; it uses Errors, Names and Items.
/// </summary>
public sealed record Change
{
    public required ChangeKind Kind { get; init; }

    public required ChangePlace Place { get; init; }

    /// <summary>The store's clock when the command was evaluated; the same for all changes of a group.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The key of the item. For AgentChanged: the name of the agent. For changes of a claim: its name.</summary>
    public required string Subject { get; init; }

    /// <summary>The item after the change, for Created and Updated; else null.</summary>
    public ContextItem? Item { get; init; }

    /// <summary>
    /// The readers of the item before the change, for Updated, Removed, Expired and Purged, and those of the claim, for ClaimReleased and
    /// ClaimExpired. For Redacted those of the redacted version. Else null.
    /// </summary>
    public Readers? Before { get; init; }

    /// <summary>The agent that made the change. Null: the owner, or the server itself.</summary>
    public AgentName? Actor { get; init; }

    /// <summary>The row that held the subject until now. Null: there was none, or the subject is an agent.</summary>
    public ChangePlace? Replaces { get; init; }

    /// <summary>The row of the version of the subject that lost its value, for Redacted; else null.</summary>
    public ChangePlace? Redacts { get; init; }

    /// <summary>What is stored about the agent now, which may be an empty record, for AgentChanged; else null.</summary>
    public AgentRecord? Agent { get; init; }

    /// <summary>
    /// What was stored about the agent before, which may be an empty record, for AgentChanged; else null. Null as well in rows that were
    /// written before servers kept it.
    /// </summary>
    public AgentRecord? AgentBefore { get; init; }

    /// <summary>The claim after the change, for changes of a claim; else null. An empty record: nothing is kept about it.</summary>
    public ClaimRecord? Claim { get; init; }

    /// <summary>
    /// Whether the change of a claim only prolongs places in its line. Then no stream tells of it.
    /// </summary>
    public bool IsQuiet { get; init; }

    /// <summary>
    /// Whether this row holds the subject until a later change replaces it. Trimming the log keeps such a row, and keeps it until it drops
    /// the change that replaces it: a past state is read from these rows.
    /// </summary>
    public bool HoldsSubject => Kind is ChangeKind.Created or ChangeKind.Updated or ChangeKind.Expired;
}

/// <summary>What a change did. The numbers are stored, so their meaning never changes.</summary>
public enum ChangeKind
{
    /// <summary>An item that was not there before.</summary>
    Created = 1,

    /// <summary>An item with a new value or a new routing.</summary>
    Updated = 2,

    /// <summary>An item is gone because a caller removed it.</summary>
    Removed = 3,

    /// <summary>An item is gone because its time is over. It counts as expired until it is purged.</summary>
    Expired = 4,

    /// <summary>An expired item is no longer counted. Only the statistics need this change.</summary>
    Purged = 5,

    /// <summary>
    /// What is stored about an agent has changed: subscriptions, permissions, access. The number 7 is free: the contract has other numbers
    /// from 5 to 7.
    /// </summary>
    AgentChanged = 6,

    /// <summary>A claim has a new holder.</summary>
    Claimed = 8,

    /// <summary>A claim goes on with its holder: the lease was renewed, or the line has changed.</summary>
    ClaimRenewed = 9,

    /// <summary>A claim was given back, handed over, or taken back.</summary>
    ClaimReleased = 10,

    /// <summary>The lease of a claim is over.</summary>
    ClaimExpired = 11,
    /// <summary>A former version of an item has lost its value and its metadata for good. The present state is as it was.</summary>
    Redacted = 12,
}
