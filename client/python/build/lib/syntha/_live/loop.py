"""A subscription's life, over as many connections as it takes: what to do next, without doing it.

`follow` yields events, which are the caller's, and steps, which its driver carries out. It reads when it is asked for the next event and
never ahead, so it holds no more than one message and the pieces of one revision.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from syntha._live.cursor import StreamCursor
from syntha._live.ending import StreamEnd, ended_as, failed_with
from syntha._live.options import SubscriptionPlan
from syntha.errors import SynthaError
from syntha.events import Committed, ContextEvent, Interrupted, Progress, Reset, SnapshotCompleted
from syntha.v1 import stream_pb2 as wire

_SILENT_HEARTBEATS = 2  # That did not come.
_GREATEST_EXPONENT = 32


@dataclass(frozen=True)
class Open:
    """Open a stream."""

    request: Any


@dataclass(frozen=True)
class Read:
    """Read a message of it: to be answered with a StreamMessage, or with the StreamEnd or the SynthaError that came instead."""

    limit: float | None
    """For how many seconds the network may be silent; None: for ever."""


@dataclass(frozen=True)
class Wait:
    """The stream is done with. Wait before the next."""

    seconds: float


Steps = Generator[ContextEvent | Open | Read | Wait, wire.StreamMessage | StreamEnd | SynthaError | None, None]


class Backoff:
    """How long to wait before the next attempt: at random between zero and a bound that doubles with each failure, so that subscribers
    who lost one server do not come to the next in step."""

    def __init__(self, initial: float, longest: float, chance: Callable[[], float] = random.random) -> None:
        self._initial = initial
        self._longest = max(initial, longest)
        self._chance = chance
        self.failures = 0

    def reset(self) -> None:
        self.failures = 0

    def next(self, asked: float | None) -> float:
        """asked: for how long the server asks to wait at the least; heeded up to the longest wait."""
        bound = min(self._longest, self._initial * 2.0 ** min(self.failures, _GREATEST_EXPONENT))
        self.failures += 1
        delay = bound * self._chance()
        return delay + min(asked, self._longest - delay) if asked and asked > 0 else delay


def follow(plan: SubscriptionPlan, timeout: float | None, backoff: Backoff, renews: bool = False) -> Steps:
    """timeout: for how many seconds a stream may be silent until it is established; None: for ever. renews: whether each stream is opened
    with a new credential, so that one that has run out is none of the caller's affairs."""
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
                continue  # The server has just answered: there is nothing to wait for, unless it does so again.
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
        limit = timeout if cursor.heartbeat is None else (cursor.heartbeat or plan.heartbeat) * _SILENT_HEARTBEATS
        said = yield Read(limit)
        if isinstance(said, SynthaError):
            return failed_with(said, was_served=cursor.resumes, is_renewed=renews and is_served)
        if isinstance(said, StreamEnd):
            return said
        is_served = True
        if said.HasField("ending"):
            return ended_as(said.ending)
        for event in cursor.take(said):
            # A stream that is opened and gets no further is no success: the waits go on growing.
            if isinstance(event, (Committed, Progress, SnapshotCompleted)):
                backoff.reset()
            yield event
