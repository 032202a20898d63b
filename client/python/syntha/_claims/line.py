"""Waiting in line for a claim over one connection after the other: it says what to do next, and its driver does it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import grpc

from syntha._arguments import invalid, number_of, optional_text
from syntha._calls.backoff import Backoff
from syntha._calls.plan import Plan, new_request_id, write
from syntha._claims.requests import acting
from syntha._live.ending import StreamEnd, failed_with
from syntha._live.loop import SILENT_HEARTBEATS, Open, Read, Wait
from syntha._mesh.requests import duration_of
from syntha.claims import ClaimState, ClaimWaiting
from syntha.events import Interrupted
from syntha.exceptions import SynthaError
from syntha.v1 import claim_pb2 as wire

_DEFAULT_GRACE = 10.0
_SHORTEST_HEARTBEAT = 1.0
_LONGEST_HEARTBEAT = 15.0

# A caller whose connection is silent notices after two heartbeats, and then connects again. Its place has to outlive that.
_HEARTBEATS_IN_A_GRACE = 5
_LONGEST_WAITS_IN_A_GRACE = 4


@dataclass(frozen=True)
class LinePlan:
    """How to wait in line."""

    method: str
    claim: wire.ClaimWrite
    agent_name: str | None
    request_id: str
    grace: float
    heartbeat: float

    @staticmethod
    def of(
        method: str, claim: wire.ClaimWrite, agent_name: str | None, request_id: str | None, grace: float | timedelta | None
    ) -> LinePlan:
        seconds = grace.total_seconds() if isinstance(grace, timedelta) else grace
        if seconds is not None and number_of(seconds, "grace", "a number of seconds or a timedelta") <= 0:
            raise invalid(f"grace is {seconds} seconds. Give 1 to 600.", "grace", grace)
        lasting = _DEFAULT_GRACE if seconds is None else float(seconds)
        heartbeat = min(max(lasting / _HEARTBEATS_IN_A_GRACE, _SHORTEST_HEARTBEAT), _LONGEST_HEARTBEAT)
        return LinePlan(method, claim, agent_name, optional_text(request_id, "request_id") or new_request_id(), lasting, heartbeat)

    @property
    def request(self) -> wire.AwaitClaimRequest:
        return wire.AwaitClaimRequest(
            as_agent=self.agent_name,
            request_id=self.request_id,
            claim=self.claim,
            grace=duration_of(self.grace, "grace"),
            heartbeat=duration_of(self.heartbeat, "heartbeat"),
        )

    def backoff(self, initial: float, longest: float) -> Backoff:
        """Waits between connections that a place in line outlives."""
        bound = min(longest, self.grace / _LONGEST_WAITS_IN_A_GRACE)
        return Backoff(min(initial, bound), bound)


def leaving(side: Any, plan: LinePlan, agent_name: str | None, request_id: str | None) -> Plan[bool]:
    service, agent = yield from acting(side, agent_name)
    request = wire.LeaveClaimRequest(as_agent=agent, name=plan.claim.name, ticket=plan.request_id)
    response = yield write(f"{service}/LeaveClaim", request, request_id)
    return response.left


Steps = Generator[Open | Read | Wait | ClaimWaiting | Interrupted | ClaimState, Any, None]


def wait_in_line(plan: LinePlan, timeout: float | None, backoff: Backoff, renews: bool) -> Steps:
    """Yields steps for the driver, and events for the caller. The last one is the claim. Each connection has the same request id, so the
    caller keeps its place. timeout: how many seconds a stream may be silent until it is served. renews: whether each stream may have a new
    credential."""
    was_served = False
    told: ClaimWaiting | None = None
    while True:
        yield Open(plan.request)
        is_served = False
        while True:
            said = yield Read(plan.heartbeat * SILENT_HEARTBEATS if is_served else timeout)
            if isinstance(said, SynthaError):
                end = _failed_with(said, was_served, renews and is_served)
                break
            if isinstance(said, StreamEnd):
                end = said
                break
            kind = said.WhichOneof("message")
            if kind == "held":
                yield ClaimState._from(said.held)
                return
            if is_served:
                backoff.reset()  # A stream that says only where the caller stands is no success yet.
            is_served = was_served = True
            # Heartbeats say again what is known.
            if kind == "waiting" and (waiting := ClaimWaiting._from(said.waiting)) != told:
                told = waiting
                yield waiting
        if end.interruption is None:
            assert end.failure is not None
            raise end.failure
        delay = backoff.next(end.failure.retry_after if end.failure is not None else None)
        yield Interrupted(end.interruption, end.failure, backoff.failures, delay)
        yield Wait(delay)


def _failed_with(failure: SynthaError, was_served: bool, is_renewed: bool) -> StreamEnd:
    end = failed_with(failure, was_served, is_renewed)
    # The server has looked at the claim, and refused. To a stream of changes, which only reads, these are worth another attempt.
    is_refused = failure.reason is not None and failure.status is grpc.StatusCode.ABORTED
    return StreamEnd(failure=failure) if is_refused or end.reset is not None else end
