using Grpc.Core;

namespace Syntha.Client;

/// <summary>
/// How a stream ended, and so what follows. After an interruption the subscription connects again. After a reset it begins with a snapshot.
/// With neither, the caller gets the failure.
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

    // A stream only reads, and registering topics twice does no harm. So another attempt follows any failure that it may mend.
    // CANCELLED, INTERNAL and UNKNOWN are also reported when an HTTP/2 connection breaks.
    private static bool IsTemporary(SynthaException failure) => failure.StatusCode switch
    {
        StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.Aborted => true,
        StatusCode.Internal or StatusCode.Unknown => true,
        // Without a reason of the server there are two causes. The transport was told to slow down: its exception says so, and another
        // attempt may succeed. Or a message was larger than this client's limit, and would be so again.
        StatusCode.ResourceExhausted => failure.Reason == ErrorReason.RateLimited
            || (failure.ReasonName is null && failure.InnerException is RpcException { Status.DebugException: not null }),
        _ => false,
    };
}
