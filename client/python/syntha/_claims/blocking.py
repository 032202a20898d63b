"""Claims of blocking callers."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from syntha._arguments import function_of
from syntha._calls.plan import Plan, operation
from syntha._claims.held import HeldClaim
from syntha._claims.line import LinePlan, leaving, wait_in_line
from syntha._claims.requests import acting, connection_of
from syntha._live.blocking import Stop, drive
from syntha.claims import ClaimState, ClaimWaiting, FencingToken
from syntha.events import Interrupted
from syntha.exceptions import SynthaClaimLostError, SynthaClosedError, SynthaError

if TYPE_CHECKING:
    from syntha.mesh import ContextMesh
    from syntha.tools import ToolHandler

_log = logging.getLogger("syntha")

R = TypeVar("R")


class Claim(HeldClaim):
    """A claim that the caller holds. `with` releases it at the end, unless it was handed over or released before.

    side: the mesh or the handler whose claim it is. Only a program that found a token elsewhere, such as in list_claims, makes a claim
    itself: `Claim(mesh, state)`. agent_name: the agent that holds it, where side is a mesh. None: the owner acts, who may renew, release
    and hand over every claim. Thread-safe.
    """

    is_blocking = True

    def __init__(
        self,
        side: ContextMesh | ToolHandler,
        claim: ClaimState | FencingToken,
        *,
        agent_name: str | None = None,
        _asked: float | None = None,
    ) -> None:
        super().__init__(side, claim, agent_name, _asked)
        self.lost = threading.Event()
        """Set when `keep` can no longer promise that the caller holds the claim. Stop the work that it protects."""
        self._woken = threading.Event()
        self._on_lost: Callable[[BaseException], object] | None = None

    def keep(self, on_lost: Callable[[BaseException], object] | None = None) -> Self:
        """Renews the claim each third of its lease, on a thread of its own, until it is released, handed over or lost. It is lost when the
        server says so, and when no renewal has succeeded within a lease. `lost` is set then, and on_lost is called with the failure, on
        that thread. Returns the claim itself. A program that is stopped for longer than the lease hears of it only when it goes on: so give
        `if_claim` to each write."""
        if on_lost is not None:
            function_of(on_lost, "on_lost")
        self._schedule = self._begin_schedule()
        self._on_lost = on_lost
        self._wake()
        if not self._is_kept:
            self._is_kept = True
            threading.Thread(target=self._keep, name=f"syntha claim {self.name}", daemon=True).start()
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None) -> None:
        """Raises SynthaClaimLostError when the claim was lost, but not in place of an exception of the block. A claim that cannot be given
        back for another reason ends with its lease."""
        if self._is_given_up:
            return
        try:
            self.release()
        except SynthaError as failure:
            if kind is None and isinstance(failure, SynthaClaimLostError):
                raise

    def _wake(self) -> None:
        self._woken.set()

    def _run(self, plan: Plan[R]) -> R:
        return self._side._run(plan)

    def _keep(self) -> None:
        last: BaseException | None = None
        while self._is_kept:
            schedule = self._schedule
            assert schedule is not None
            if self._woken.wait(schedule.wait(time.monotonic())):
                self._woken.clear()
                continue
            left = schedule.left(time.monotonic())
            if left <= 0:
                self._lose(last or SynthaClaimLostError(f"No renewal of the claim {self.name!r} came in time."))
                return
            try:
                self._run(self._renewal(None, None, limit=left))
                self._woken.clear()
            except (SynthaClaimLostError, SynthaClosedError) as failure:
                self._lose(failure)
                return
            except Exception as failure:
                last = failure
                schedule.failed(time.monotonic())

    def _lose(self, failure: BaseException) -> None:
        if not self._is_kept:
            return  # It was given up meanwhile.
        self._is_kept = False
        self._failure = failure
        self.lost.set()
        if self._on_lost is None:
            _log.warning("The claim %r is lost: %s", self.name, failure)
            return
        try:
            self._on_lost(failure)
        except Exception:
            _log.exception("The callback for the lost claim %r has failed.", self.name)


class ClaimLine(Iterator[ClaimWaiting | Interrupted]):
    """A place in line for a claim. It is taken when the first event is asked for: ask by a loop, or by `wait`.

    Each event is a ClaimWaiting, when the place or the claim has changed, or an Interrupted, when the connection broke. It connects again
    by itself, and keeps its place. The iterator ends when the caller holds the claim: it is `claim` then. Its lease begins when the server
    gives it, so take the events without delay. A caller that goes keeps its place for the grace time; `leave` gives it up at once. One
    thread at a time may take events. Any thread may close it.
    """

    is_blocking = True

    def __init__(self, side: ContextMesh | ToolHandler, plan: LinePlan, agent_name: str | None) -> None:
        self._side = side
        self._plan = plan
        self._agent_name = agent_name
        self._stop = Stop()
        self._events: Iterator[Any] | None = None
        self._claim: Claim | None = None

    @property
    def claim(self) -> Claim | None:
        """The claim, once the caller holds it."""
        return self._claim

    @property
    def request_id(self) -> str:
        """Names the place. await_claim with this id comes back to it, also from another process."""
        return self._plan.request_id

    def wait(self) -> Claim:
        """Waits until the caller holds the claim, and returns it. Raises SynthaClosedError when the line is closed before."""
        for _ in self:
            pass
        if self._claim is None:
            raise SynthaClosedError("The line was closed before it was the caller's turn.", error_code="LINE_CLOSED")
        return self._claim

    def __next__(self) -> ClaimWaiting | Interrupted:
        if self._claim is not None or self._stop.is_set:
            raise StopIteration
        if self._events is None:
            self._run(acting(self._side, self._agent_name))
            self._events = self._open()
        try:
            event = next(self._events)
        except SynthaError:
            self._events = None  # The caller may come back.
            raise
        if isinstance(event, ClaimState):
            self._claim = Claim(self._side, event, agent_name=self._agent_name)
            self._events.close()  # type: ignore[attr-defined]
            raise StopIteration
        return event

    @operation
    def leave(self, *, request_id: str | None = None) -> Plan[bool]:
        """Gives up the place at once, and closes the line. False: the caller had no place. Its turn may have come meanwhile: then the claim
        is the caller's until its lease ends, and await_claim with the same request_id gives it."""
        self.close()
        return (yield from leaving(self._side, self._plan, self._agent_name, request_id))

    def close(self) -> None:
        """Ends the stream, also while another thread waits for an event. The place stays for the grace time."""
        self._stop.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, plan: Plan[R]) -> R:
        return self._side._run(plan)

    def _open(self) -> Iterator[Any]:
        connection = connection_of(self._side)
        settings = connection.settings
        backoff = self._plan.backoff(settings.retry_delay, settings.max_retry_delay)
        steps = wait_in_line(self._plan, settings.timeout, backoff, renews=settings.token_provider is not None)
        return drive(connection, self._plan.method, steps, self._stop)
