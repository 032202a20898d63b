using Grpc.Core;

namespace Syntha.Client.Live;

/// <summary>
/// How a stream ended, and with that what comes next: connect again after an interruption, begin with a snapshot after a reset, or
/// neither: then the failure is the caller's.
/// </summary>
internal readonly record struct StreamEnd(InterruptionReason? Interruption, ResetReason? Reset, SynthaException? Failure)
{
    internal static StreamEnd Interrupted(InterruptionReason reason, SynthaException? failure = null) => new(reason, Reset: null, failure);

    internal static StreamEnd Of(V1.EndingReason reason) => Interrupted(reason switch
    {
        V1.EndingReason.Shutdown => InterruptionReason.ShuttingDown,
        V1.EndingReason.Reloaded => InterruptionReason.Reloaded,
        _ => InterruptionReason.Ended,
    });

    internal static StreamEnd Of(SynthaException failure) => failure switch
    {
        { Reason: ErrorReason.HistoryCompacted } => Void(ResetReason.HistoryCompacted, failure),
        { Reason: ErrorReason.EpochChanged } => Void(ResetReason.EpochChanged, failure),
        { Reason: ErrorReason.RevisionInFuture } => Void(ResetReason.RevisionInFuture, failure),
        { Reason: ErrorReason.SlowConsumer } => Interrupted(InterruptionReason.ReaderTooSlow, failure),
        _ when IsTemporary(failure) => Interrupted(InterruptionReason.Failed, failure),
        _ => new(Interruption: null, Reset: null, failure),
    };

    private static StreamEnd Void(ResetReason reason, SynthaException failure) => new(Interruption: null, reason, failure);

    // A stream only reads, and what it registers may be registered twice: any failure that another attempt may mend is worth one.
    // CANCELLED, INTERNAL and UNKNOWN are also what a connection that breaks under HTTP/2 looks like.
    private static bool IsTemporary(SynthaException failure) => failure.StatusCode switch
    {
        StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.Aborted => true,
        StatusCode.Internal or StatusCode.Unknown => true,
        // Without a reason of the server's it is the transport that was told to calm down, or a message above the limit of this client,
        // which would be above it again.
        StatusCode.ResourceExhausted => failure.Reason == ErrorReason.RateLimited
            || (failure.ReasonName is null && failure.InnerException is RpcException { Status.DebugException: not null }),
        _ => false,
    };
}
