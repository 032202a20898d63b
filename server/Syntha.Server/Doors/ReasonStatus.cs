using Grpc.Core;

namespace Syntha.Server.Doors;

/// <summary>The HTTP status of each reason, and of failures without a reason. No other place decides it.</summary>
internal static class ReasonStatus
{
    public static int Of(ErrorReason reason) => reason switch
    {
        ErrorReason.CredentialsInvalid => StatusCodes.Status401Unauthorized,
        ErrorReason.UserMismatch or ErrorReason.AgentMismatch or ErrorReason.ToolNotAllowed or ErrorReason.RoutingNotAllowed
            or ErrorReason.KeyNotWritable or ErrorReason.OperatorRequired or ErrorReason.OwnerRequired
            or ErrorReason.PastNotAllowed => StatusCodes.Status403Forbidden,
        ErrorReason.UserIdMissing or ErrorReason.UserIdMalformed or ErrorReason.KeyInvalid or ErrorReason.AgentInvalid
            or ErrorReason.TopicInvalid or ErrorReason.JsonInvalid or ErrorReason.PageTokenInvalid or ErrorReason.FilterInvalid
            or ErrorReason.ToolInvalid or ErrorReason.TemplateInvalid or ErrorReason.ExportInvalid or ErrorReason.ArgumentInvalid
            or ErrorReason.MessageMalformed or ErrorReason.RequestIdInvalid or ErrorReason.PromptTooLarge or ErrorReason.RevisionInFuture
            or ErrorReason.ExportUserMismatch or ErrorReason.PatchInvalid => StatusCodes.Status400BadRequest,
        ErrorReason.UserNotFound => StatusCodes.Status404NotFound,
        ErrorReason.UserExists or ErrorReason.EncryptionOff or ErrorReason.QuotaItems or ErrorReason.QuotaBytes or ErrorReason.QuotaAgents
            or ErrorReason.QuotaTopics or ErrorReason.QuotaClaims or ErrorReason.PatchFailed or ErrorReason.ClaimHeld
            or ErrorReason.UndoBlocked => StatusCodes.Status409Conflict,
        ErrorReason.HistoryCompacted or ErrorReason.EpochChanged or ErrorReason.VersionRedacted => StatusCodes.Status410Gone,
        ErrorReason.KeyExists or ErrorReason.RevisionMismatch or ErrorReason.ClaimLost or ErrorReason.PlanOutdated =>
            StatusCodes.Status412PreconditionFailed,
        ErrorReason.ValueTooLarge or ErrorReason.RequestTooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorReason.RequestIdReused => StatusCodes.Status422UnprocessableEntity,
        ErrorReason.QuotaStreams or ErrorReason.RateLimited or ErrorReason.SlowConsumer => StatusCodes.Status429TooManyRequests,
        ErrorReason.StoreCorrupt => StatusCodes.Status500InternalServerError,
        ErrorReason.StoreReadOnly or ErrorReason.StoreBusy or ErrorReason.StoreDown or ErrorReason.NodeDraining =>
            StatusCodes.Status503ServiceUnavailable,
        ErrorReason.StoreFull => StatusCodes.Status507InsufficientStorage,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "A reason without an HTTP status."),
    };

    /// <summary>The status of a failure that has no reason.</summary>
    public static int Of(StatusCode code) => code switch
    {
        StatusCode.DeadlineExceeded => StatusCodes.Status408RequestTimeout,
        StatusCode.Cancelled => StatusCodes.Status499ClientClosedRequest,
        StatusCode.Unimplemented => StatusCodes.Status501NotImplemented,
        _ => StatusCodes.Status500InternalServerError,
    };
}
