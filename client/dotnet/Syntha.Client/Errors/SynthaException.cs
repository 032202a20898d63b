using Grpc.Core;

namespace Syntha.Client;

/// <summary>
/// A call failed. The failures that callers usually treat have types of their own: <see cref="SynthaConflictException"/>,
/// <see cref="SynthaPermissionDeniedException"/>, <see cref="SynthaInvalidArgumentException"/>, <see cref="SynthaQuotaException"/> and
/// <see cref="SynthaUnavailableException"/>. All others have this type. The <see cref="Exception.InnerException"/> is the
/// <see cref="RpcException"/>. A key that is missing, expired or hidden is an answer and never an exception. A cancelled call throws
/// <see cref="OperationCanceledException"/>.
/// </summary>
public class SynthaException : Exception
{
    private protected SynthaException(Failure failure)
        : base(failure.Message, failure.Cause)
    {
        Reason = failure.Reason;
        ReasonName = failure.ReasonName;
        StatusCode = failure.Cause.StatusCode;
        Metadata = failure.Metadata;
        RetryAfter = failure.RetryAfter;
        FieldViolations = failure.FieldViolations;
        IsWrongProtocol = failure.IsWrongProtocol;
        IsTooLarge = failure.IsTooLarge;
    }

    /// <summary>The reason, from the contract's list. <see cref="ErrorReason.Unspecified"/> when the failure names none.</summary>
    public ErrorReason Reason { get; }

    /// <summary>
    /// The reason as it travelled, such as <c>KEY_NOT_WRITABLE</c>, also when this version of the client does not know it.
    /// <see langword="null"/> when the failure came from the connection or a proxy, and not from the server.
    /// </summary>
    public string? ReasonName { get; }

    /// <summary>The gRPC status.</summary>
    public StatusCode StatusCode { get; }

    /// <summary>The facts of the message, for programs: limits, actual sizes, positions. Empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>How long the server asks to wait before another try. <see langword="null"/> when it does not say.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The fields that were refused. Empty when the failure is not about a field.</summary>
    public IReadOnlyList<FieldViolation> FieldViolations { get; }

    /// <summary>The port answered in another protocol than gRPC. Another attempt would not mend that.</summary>
    internal bool IsWrongProtocol { get; }

    /// <summary>This client refused a message because of its size.</summary>
    internal bool IsTooLarge { get; }

    // Without a reason not the server has answered, but the connection or a proxy. So nothing is known of the outcome.
    internal static SynthaException From(Failure failure) => failure.ReasonName is null
        ? new SynthaUnavailableException(failure)
        : failure.Cause.StatusCode switch
        {
            StatusCode.PermissionDenied => new SynthaPermissionDeniedException(failure),
            StatusCode.InvalidArgument => new SynthaInvalidArgumentException(failure),
            StatusCode.Unavailable or StatusCode.DeadlineExceeded => new SynthaUnavailableException(failure),
            _ => failure.Reason switch
            {
                ErrorReason.KeyExists or ErrorReason.RevisionMismatch or ErrorReason.PatchFailed or ErrorReason.ClaimHeld
                    or ErrorReason.ClaimLost or ErrorReason.PlanOutdated or ErrorReason.UndoBlocked => new SynthaConflictException(failure),
                ErrorReason.QuotaItems or ErrorReason.QuotaBytes or ErrorReason.QuotaAgents or ErrorReason.QuotaTopics
                    or ErrorReason.QuotaStreams or ErrorReason.QuotaClaims or ErrorReason.RateLimited => new SynthaQuotaException(failure),
                _ => new SynthaException(failure),
            },
        };

    private protected long? MetadataNumber(string name) =>
        Metadata.TryGetValue(name, out var text) && long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
