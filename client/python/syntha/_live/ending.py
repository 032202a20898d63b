"""How a stream ended, which says what comes next."""

from __future__ import annotations

from dataclasses import dataclass

import grpc

from syntha.exceptions import SynthaError
from syntha.events import InterruptionReason, ResetReason
from syntha.v1 import stream_pb2 as wire

_VOID = {reason.value: reason for reason in ResetReason if reason is not ResetReason.AUDIENCE_CHANGED}

# A stream only reads, and topics may be registered twice. So every failure that another attempt may mend is worth one.
_TEMPORARY = frozenset({
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.CANCELLED,
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.UNKNOWN,
})


@dataclass(frozen=True)
class StreamEnd:
    """After an interruption the subscription connects again. After a reset it begins with a snapshot. Otherwise it raises the failure."""

    interruption: InterruptionReason | None = None
    reset: ResetReason | None = None
    failure: SynthaError | None = None


SILENT = StreamEnd(InterruptionReason.SILENT)
ENDED = StreamEnd(InterruptionReason.ENDED)


def ended_as(ending: wire.Ending) -> StreamEnd:
    """The position in it is not used. The subscription goes on after the last event that it handed out."""
    return {
        wire.ENDING_REASON_SHUTDOWN: StreamEnd(InterruptionReason.SHUTTING_DOWN),
        wire.ENDING_REASON_RELOADED: StreamEnd(InterruptionReason.RELOADED),
    }.get(ending.reason, ENDED)


def failed_with(failure: SynthaError, was_served: bool, is_renewed: bool) -> StreamEnd:
    """was_served: whether the subscription was ever served. is_renewed: whether this stream was, and the next may have a new token."""
    if failure.reason in _VOID:
        return StreamEnd(reset=_VOID[failure.reason], failure=failure)
    if failure.reason == "SLOW_CONSUMER":
        return StreamEnd(InterruptionReason.READER_TOO_SLOW, failure=failure)
    if failure.reason is None:
        # Not a Syntha server said this, but the connection or a proxy, which may say something else soon. Two failures stay as they are: a
        # message that is larger than this client takes, and a port that never served the subscription and speaks another protocol.
        told = failure._failure
        is_final = told.is_too_large or (told.is_wrong_protocol and not was_served)
        return StreamEnd(failure=failure) if is_final else StreamEnd(InterruptionReason.FAILED, failure=failure)
    # The server may still count a stream that broke. A subscription that was served before waits until the server notices.
    waits = failure.reason == "RATE_LIMITED" or (failure.reason == "QUOTA_STREAMS" and was_served)
    # The token of this stream has run out. There may be a newer one.
    is_mended = waits or (failure.reason == "CREDENTIALS_INVALID" and is_renewed)
    if failure.status in _TEMPORARY or is_mended:
        return StreamEnd(InterruptionReason.FAILED, failure=failure)
    return StreamEnd(failure=failure)
