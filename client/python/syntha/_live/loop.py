"""A subscription over one connection after the other: it says what to do next, and its driver does it.

`follow` yields events for the caller, and steps for the driver. It reads only when it is asked for the next event. So it holds at most one
message and the changes of one revision.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from syntha._calls.backoff import Backoff
from syntha._live.cursor import StreamCursor
from syntha._live.ending import StreamEnd, ended_as, failed_with
from syntha._live.options import SubscriptionPlan
from syntha.exceptions import SynthaError
from syntha.events import Committed, ContextEvent, Interrupted, Progress, Reset, SnapshotCompleted
from syntha.v1 import stream_pb2 as wire

SILENT_HEARTBEATS = 2  # After so many that did not come, the connection is taken for broken.


@dataclass(frozen=True)
class Open:
    """Open a stream."""

    request: Any


@dataclass(frozen=True)
class Read:
    """Read a message of the stream. The answer is a SubscribeResponse, or the StreamEnd or SynthaError that came instead."""

    limit: float | None
    """How many seconds the network may be silent. None: for ever."""


@dataclass(frozen=True)
class Wait:
    """The stream has ended. Wait before the next one."""

    seconds: float


Steps = Generator[ContextEvent | Open | Read | Wait, wire.SubscribeResponse | StreamEnd | SynthaError | None, None]


def follow(plan: SubscriptionPlan, timeout: float | None, backoff: Backoff, renews: bool = False) -> Steps:
    """timeout: how many seconds a stream may be silent until it is established. None: for ever. renews: whether each stream may have a new
    credential. A stream then goes on when its credential has run out."""
    cursor = StreamCursor(plan.after, plan.snapshot)
    while True:
        yield Open(plan.request(cursor.start, cursor.resumes))
        end = yield from _read_to_the_end(cursor, plan, timeout, backoff, renews)
        cursor.disconnect()
        delay = backoff.next(end.failure.retry_after if end.failure is not None else None)
        if end.reset is not None:
            cursor.begin_anew()
            yield Reset(end.reset)
            if backoff.failures == 1:
                continue  # The server has just answered. There is nothing to wait for, unless it answers so again.
        elif end.interruption is not None:
            yield Interrupted(end.interruption, end.failure, backoff.failures, delay)
        else:
            assert end.failure is not None
            raise end.failure
        yield Wait(delay)


def _read_to_the_end(
    cursor: StreamCursor, plan: SubscriptionPlan, timeout: float | None, backoff: Backoff, renews: bool
) -> Generator[ContextEvent | Read, Any, StreamEnd]:
    is_served = False
    while True:
        limit = timeout if cursor.heartbeat is None else (cursor.heartbeat or plan.heartbeat) * SILENT_HEARTBEATS
        said = yield Read(limit)
        if isinstance(said, SynthaError):
            return failed_with(said, was_served=cursor.resumes, is_renewed=renews and is_served)
        if isinstance(said, StreamEnd):
            return said
        is_served = True
        if said.HasField("ending"):
            return ended_as(said.ending)
        for event in cursor.take(said):
            # A stream that is opened and gets no further is no success. The waits go on growing.
            if isinstance(event, (Committed, Progress, SnapshotCompleted)):
                backoff.reset()
            yield event
