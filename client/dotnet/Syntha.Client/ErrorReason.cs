namespace Syntha.Client;

/// <summary>
/// Why the server refused a call: the reasons of the contract (<c>syntha.v1.ErrorReason</c>), under the same numbers. New ones may be
/// added by later servers: treat a reason that you do not know by its <see cref="SynthaException.StatusCode"/>.
/// </summary>
public enum ErrorReason
{
    /// <summary>
    /// The failure carries no reason, or one that this version does not know (see <see cref="SynthaException.ReasonName"/>).
    /// </summary>
    Unspecified = 0,

    /// <summary>The credential is missing, unknown, expired or revoked.</summary>
    CredentialsInvalid = 1,

    /// <summary>The user named is another than the credential's.</summary>
    UserMismatch = 10,

    /// <summary>The credential is limited to another agent, or to agents while the call is the owner's.</summary>
    AgentMismatch = 11,

    /// <summary>The agent may not use the tool that the method counts as.</summary>
    ToolNotAllowed = 12,

    /// <summary>The agent's post permissions do not allow this routing.</summary>
    TopicNotAllowed = 13,

    /// <summary>The key is taken by an item that the agent may not replace. Nothing else about it is told.</summary>
    KeyNotWritable = 14,

    /// <summary>Administration opens for an operator's credential only.</summary>
    OperatorRequired = 15,

    /// <summary>The call names no user, or more than one.</summary>
    UserIdMissing = 20,

    /// <summary>The user id does not fit the server's pattern (metadata: pattern).</summary>
    UserIdMalformed = 21,

    /// <summary>The key is too long, contains U+0000 or is named twice in one command (metadata: limit, actual).</summary>
    KeyInvalid = 22,

    /// <summary>The agent's name is empty, too long or contains U+0000 (metadata: limit, actual).</summary>
    AgentInvalid = 23,

    /// <summary>A topic's name is empty, too long or contains U+0000 (metadata: limit, actual).</summary>
    TopicInvalid = 24,

    /// <summary>
    /// The value is not JSON, repeats a name in an object or nests deeper than 64 (metadata: line and column, both counted from 1,
    /// the column in bytes).
    /// </summary>
    JsonInvalid = 25,

    /// <summary>The value, or its metadata, is too large (metadata: limit, actual, in bytes).</summary>
    ValueTooLarge = 26,

    /// <summary>The request as a whole, or a list in it, is too large (metadata: limit, actual).</summary>
    RequestTooLarge = 27,

    /// <summary>The page token is not one that this request was answered with.</summary>
    PageTokenInvalid = 28,

    /// <summary>A glob, prefix, page size, duration, guard or other setting cannot be understood.</summary>
    FilterInvalid = 29,

    /// <summary>The request id was used before for a command with other content.</summary>
    RequestIdReused = 30,

    /// <summary>No tool has this name, or a role cannot have these tools (metadata: tool).</summary>
    ToolInvalid = 31,

    /// <summary>A prompt's template is not there, or has a placeholder that stands for nothing (metadata: template or placeholder).</summary>
    TemplateInvalid = 32,

    /// <summary>What is to be imported is no export, is damaged or cut off, or is another user's and that was not allowed.</summary>
    ExportInvalid = 33,

    /// <summary>The key was to be new, and exists (metadata: current).</summary>
    KeyExists = 40,

    /// <summary>The item's revision is not the expected one (metadata: expected, current).</summary>
    RevisionMismatch = 41,

    /// <summary>The user that is to be imported has a store.</summary>
    UserExists = 42,

    /// <summary>The change log no longer reaches back to the position (metadata: oldest, head).</summary>
    HistoryCompacted = 50,

    /// <summary>The position lies beyond the mesh's last revision (metadata: head).</summary>
    RevisionInFuture = 51,

    /// <summary>The position belongs to another life of the store.</summary>
    EpochChanged = 60,

    /// <summary>The store can be read but not written.</summary>
    StoreReadOnly = 61,

    /// <summary>Keys were to be rotated where nothing is encrypted.</summary>
    EncryptionOff = 62,

    /// <summary>The user holds as many items as it may.</summary>
    QuotaItems = 70,

    /// <summary>The user's items hold as many bytes as they may.</summary>
    QuotaBytes = 71,

    /// <summary>The user has as many agents as it may.</summary>
    QuotaAgents = 72,

    /// <summary>The user has as many topics as it may.</summary>
    QuotaTopics = 73,

    /// <summary>The user has as many live streams as it may.</summary>
    SubscriptionLimit = 74,

    /// <summary>Too many calls; wait as long as <see cref="SynthaException.RetryAfter"/> says.</summary>
    RateLimited = 75,

    /// <summary>The reader of a stream has not taken a message for too long.</summary>
    SlowConsumer = 76,

    /// <summary>The store has no room left. Reads go on; writes work again when there is room.</summary>
    StoreFull = 77,

    /// <summary>The store is held by something else for too long.</summary>
    StoreBusy = 80,

    /// <summary>The store does not answer. The outcome of a write is unknown: repeat it with the same request id.</summary>
    StoreDown = 81,

    /// <summary>The server is shutting down.</summary>
    NodeDraining = 82,

    /// <summary>This user's store is damaged. Other users are not affected.</summary>
    StoreCorrupt = 90,
}
