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

    /// <param name="failure">The failure that ended the stream.</param>
    /// <param name="wasServed">Whether this stream or an earlier one of the subscription was served.</param>
    internal static StreamEnd Of(SynthaException failure, bool wasServed) => failure switch
    {
        { Reason: ErrorReason.HistoryCompacted } => Void(ResetReason.HistoryCompacted, failure),
        { Reason: ErrorReason.EpochChanged } => Void(ResetReason.EpochChanged, failure),
        { Reason: ErrorReason.RevisionInFuture } => Void(ResetReason.RevisionInFuture, failure),
        { Reason: ErrorReason.SlowConsumer } => Interrupted(InterruptionReason.ReaderTooSlow, failure),
        _ when IsTemporary(failure, wasServed) => Interrupted(InterruptionReason.Failed, failure),
        _ => new(Interruption: null, Reset: null, failure),
    };

    private static StreamEnd Void(ResetReason reason, SynthaException failure) => new(Interruption: null, reason, failure);

    // A stream only reads, and registering topics twice does no harm. So another attempt follows any failure that it may mend. Without a
    // reason not a Syntha server has spoken, but the connection or a proxy, which may say something else soon. Two failures stay as they
    // are: a message that is larger than this client takes, and a port that never served the subscription and speaks another protocol.
    private static bool IsTemporary(SynthaException failure, bool wasServed) => failure.ReasonName is null
        ? !failure.IsTooLarge && (wasServed || !failure.IsWrongProtocol)
        : failure.StatusCode switch
        {
            StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.Aborted => true,
            StatusCode.Internal or StatusCode.Unknown => true,
            StatusCode.ResourceExhausted => failure.Reason == ErrorReason.RateLimited,
            _ => false,
        };
}
