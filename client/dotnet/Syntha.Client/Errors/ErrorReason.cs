namespace Syntha.Client;

/// <summary>
/// Why the server refused a call: the reasons of the contract (<c>syntha.v1.ErrorReason</c>), under the same numbers. Later servers may
/// have new ones. Treat a reason that you do not know by its <see cref="SynthaException.StatusCode"/>. Where a reason lists metadata,
/// <see cref="SynthaException.Metadata"/> has them.
/// </summary>
public enum ErrorReason
{
    /// <summary>
    /// The failure carries no reason, or one that this version does not know (see <see cref="SynthaException.ReasonName"/>).
    /// </summary>
    Unspecified = 0,

    /// <summary>The credential is missing, unknown, expired or revoked.</summary>
    CredentialsInvalid = 101,

    /// <summary>The credential is not for the user that the call names.</summary>
    UserMismatch = 201,

    /// <summary>The credential is limited to another agent than the one that the call names.</summary>
    AgentMismatch = 202,

    /// <summary>The agent may not use the tool that the method counts as (metadata: tool).</summary>
    ToolNotAllowed = 203,

    /// <summary>The agent's post permissions do not allow this routing.</summary>
    RoutingNotAllowed = 204,

    /// <summary>An item that the agent may not replace has this key. Nothing else about that item is told.</summary>
    KeyNotWritable = 205,

    /// <summary>The call is an operator's, and the credential is not.</summary>
    OperatorRequired = 206,

    /// <summary>The call is the owner's, and the credential is limited to an agent.</summary>
    OwnerRequired = 207,

    /// <summary>The agent may not read the past. The owner can allow it by <see cref="AgentAccess.MayReadPast"/>.</summary>
    PastNotAllowed = 208,

    /// <summary>The call names no user, or more than one.</summary>
    UserIdMissing = 301,

    /// <summary>The user id does not match the server's pattern (metadata: pattern).</summary>
    UserIdMalformed = 302,

    /// <summary>The key is too long, contains U+0000, or occurs twice in one command (metadata: limit, actual).</summary>
    KeyInvalid = 303,

    /// <summary>The agent's name is empty, too long, or contains U+0000 (metadata: limit, actual).</summary>
    AgentInvalid = 304,

    /// <summary>A topic's name is empty, too long, or contains U+0000 (metadata: limit, actual).</summary>
    TopicInvalid = 305,

    /// <summary>
    /// The value is not JSON, repeats a name in an object, or nests deeper than 64 levels (metadata: line and column, both counted from
    /// 1, the column in bytes).
    /// </summary>
    JsonInvalid = 306,

    /// <summary>A value, an item's metadata, or an outcome's report is too large (metadata: limit, actual, in bytes).</summary>
    ValueTooLarge = 307,

    /// <summary>The request as a whole, or a list in it, is too large (metadata: limit, actual).</summary>
    RequestTooLarge = 308,

    /// <summary>The page token does not belong to this request.</summary>
    PageTokenInvalid = 309,

    /// <summary>A condition of a filter cannot be understood: a glob, a prefix, a kind of change, an age.</summary>
    FilterInvalid = 310,

    /// <summary>The request id was used before for a command with other content.</summary>
    RequestIdReused = 311,

    /// <summary>There is no such tool, or a role cannot have these tools (metadata: tool).</summary>
    ToolInvalid = 312,

    /// <summary>
    /// A template does not exist, or has a placeholder that stands for none of the prompt's keys (metadata: template or placeholder).
    /// </summary>
    TemplateInvalid = 313,

    /// <summary>The file to be imported is no export, is damaged, or is cut off.</summary>
    ExportInvalid = 314,

    /// <summary>
    /// A setting of the request is out of its range: a page size, a time to live, a guard (metadata: limit, actual, where there is a
    /// limit).
    /// </summary>
    ArgumentInvalid = 315,

    /// <summary>The bytes of the message are no request of this method.</summary>
    MessageMalformed = 316,

    /// <summary>The request id is not a UUID.</summary>
    RequestIdInvalid = 317,

    /// <summary>Not even the text around a prompt's items fits into the bytes that it may have (metadata: limit, actual).</summary>
    PromptTooLarge = 318,

    /// <summary>The file to be imported was exported from another user.</summary>
    ExportUserMismatch = 319,

    /// <summary>The patch is wrong in itself (metadata: operation).</summary>
    PatchInvalid = 320,

    /// <summary>The key was to be new, and exists (metadata: current).</summary>
    KeyExists = 401,

    /// <summary>The item's revision is not the expected one (metadata: expected, current).</summary>
    RevisionMismatch = 402,

    /// <summary>The user to be imported has a store already.</summary>
    UserExists = 403,

    /// <summary>The user that an operator's call names has no store.</summary>
    UserNotFound = 404,

    /// <summary>The patch does not apply to the present value (metadata: operation, path).</summary>
    PatchFailed = 405,

    /// <summary>Another holds the claim (metadata, for those who may see it: holder, until).</summary>
    ClaimHeld = 406,
    /// <summary>What an undo would change is no longer as its plan saw it (metadata: key or agent).</summary>
    PlanOutdated = 407,

    /// <summary>The value of then was redacted (metadata: revision).</summary>
    VersionRedacted = 408,

    /// <summary>The change log no longer reaches back to the position (metadata: oldest, head).</summary>
    HistoryCompacted = 501,

    /// <summary>The position lies beyond the mesh's last revision (metadata: head).</summary>
    RevisionInFuture = 502,

    /// <summary>The position belongs to another life of the store.</summary>
    EpochChanged = 601,

    /// <summary>The store can be read and not written.</summary>
    StoreReadOnly = 602,

    /// <summary>Keys were to be rotated on a server where nothing is encrypted.</summary>
    EncryptionOff = 603,

    /// <summary>The token is not that of the claim's present holder. Nothing was written.</summary>
    ClaimLost = 604,
    /// <summary>The undo was asked for as a whole, and something stands in the way (metadata: obstacles).</summary>
    UndoBlocked = 605,

    /// <summary>The user holds as many items as the quota allows (metadata: quota, limit, usage).</summary>
    QuotaItems = 701,

    /// <summary>The user's items hold as many bytes as the quota allows (metadata: quota, limit, usage).</summary>
    QuotaBytes = 702,

    /// <summary>The user has as many agents as the quota allows (metadata: quota, limit, usage).</summary>
    QuotaAgents = 703,

    /// <summary>The user has as many topics as the quota allows (metadata: quota, limit, usage).</summary>
    QuotaTopics = 704,

    /// <summary>The user has as many live streams as the quota allows (metadata: limit).</summary>
    QuotaStreams = 705,

    /// <summary>The user makes too many calls. Wait as long as <see cref="SynthaException.RetryAfter"/> says.</summary>
    RateLimited = 706,

    /// <summary>The reader of a stream has taken no message for too long.</summary>
    SlowConsumer = 707,

    /// <summary>The store has no room left. Reads go on. Writes work again when there is room.</summary>
    StoreFull = 708,

    /// <summary>The user holds as many claims, or the line is as long, as is allowed (metadata: quota, limit).</summary>
    QuotaClaims = 709,

    /// <summary>The store, or the room for requests, was held by other work for too long.</summary>
    StoreBusy = 801,

    /// <summary>The store does not answer. The outcome of a write is unknown: repeat it with the same request id.</summary>
    StoreDown = 802,

    /// <summary>The server is shutting down.</summary>
    NodeDraining = 803,

    /// <summary>This user's store is damaged. Other users are not affected.</summary>
    StoreCorrupt = 901,
}
