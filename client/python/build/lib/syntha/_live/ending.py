"""How a stream ended, and with that what comes next."""

from __future__ import annotations

from dataclasses import dataclass

import grpc

from syntha.errors import SynthaError
from syntha.events import InterruptionReason, ResetReason
from syntha.v1 import stream_pb2 as wire

_VOID = {reason.value: reason for reason in ResetReason if reason is not ResetReason.AUDIENCE_CHANGED}

# A stream only reads, and what it registers may be registered twice: any failure that another attempt may mend is worth one. CANCELLED,
# INTERNAL and UNKNOWN are also what a connection that breaks under HTTP/2 looks like.
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
    """Connect again after an interruption, begin with a snapshot after a reset, or neither: then the failure is the caller's."""

    interruption: InterruptionReason | None = None
    reset: ResetReason | None = None
    failure: SynthaError | None = None


SILENT = StreamEnd(InterruptionReason.SILENT)
ENDED = StreamEnd(InterruptionReason.ENDED)


def ended_as(ending: wire.Ending) -> StreamEnd:
    """Its position is left alone: what was handed out says where to go on, and is never further than it should be."""
    return {
        wire.ENDING_REASON_SHUTDOWN: StreamEnd(InterruptionReason.SHUTTING_DOWN),
        wire.ENDING_REASON_RELOADED: StreamEnd(InterruptionReason.RELOADED),
    }.get(ending.reason, ENDED)


def failed_with(failure: SynthaError, was_served: bool, is_renewed: bool) -> StreamEnd:
    """was_served: whether the subscription ever was. is_renewed: whether this stream was, and the next one has another credential."""
    if failure.reason in _VOID:
        return StreamEnd(reset=_VOID[failure.reason], failure=failure)
    if failure.reason == "SLOW_CONSUMER":
        return StreamEnd(InterruptionReason.READER_TOO_SLOW, failure=failure)
    # Streams that broke may be counted still, until the server has noticed: whoever was served before waits for that.
    waits = failure.reason == "RATE_LIMITED" or (failure.reason == "SUBSCRIPTION_LIMIT" and was_served)
    # The token that opened this stream has run out: there may be a newer one.
    is_mended = waits or (failure.reason == "CREDENTIALS_INVALID" and is_renewed)
    if failure.status in _TEMPORARY or is_mended:
        return StreamEnd(InterruptionReason.FAILED, failure=failure)
    return StreamEnd(failure=failure)
