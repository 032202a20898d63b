"""Claims for asyncio."""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from syntha._arguments import function_of
from syntha._calls.plan import Plan, operation
from syntha._claims.held import HeldClaim
from syntha._claims.line import LinePlan, leaving, wait_in_line
from syntha._claims.requests import acting, connection_of
from syntha._live.asynchronous import drive
from syntha.claims import ClaimState, ClaimWaiting, FencingToken
from syntha.events import Interrupted
from syntha.exceptions import SynthaClaimLostError, SynthaClosedError, SynthaError

if TYPE_CHECKING:
    from syntha.aio import ContextMesh, ToolHandler

_log = logging.getLogger("syntha")

R = TypeVar("R")

OnLost = Callable[[BaseException], Awaitable[object] | object]


class Claim(HeldClaim):
    """A claim that the caller holds, as syntha.Claim. `async with` releases it at the end."""

    is_asynchronous = True

    def __init__(
        self,
        side: ContextMesh | ToolHandler,
        claim: ClaimState | FencingToken,
        *,
        agent_name: str | None = None,
        _asked: float | None = None,
    ) -> None:
        super().__init__(side, claim, agent_name, _asked)
        self.lost = asyncio.Event()
        """Set when `keep` can no longer promise that the caller holds the claim. Stop the work that it protects."""
        self._woken = asyncio.Event()
        self._on_lost: OnLost | None = None
        self._task: asyncio.Task[None] | None = None

    def keep(self, on_lost: OnLost | None = None) -> Self:
        """As syntha.Claim.keep, by a task of its own. on_lost may be a coroutine function."""
        if on_lost is not None:
            function_of(on_lost, "on_lost")
        self._schedule = self._begin_schedule()
        self._on_lost = on_lost
        self._wake()
        if not self._is_kept:
            self._is_kept = True
            self._task = asyncio.get_running_loop().create_task(self._keep(), name=f"syntha claim {self.name}")
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Raises SynthaClaimLostError when the claim was lost, but not in place of an exception of the block. A claim that cannot be given
        back for another reason ends with its lease."""
        if self._is_given_up:
            return
        try:
            await self.release()
        except SynthaError as failure:
            if kind is None and isinstance(failure, SynthaClaimLostError):
                raise

    def _wake(self) -> None:
        self._woken.set()

    async def _run(self, plan: Plan[R]) -> R:
        return await self._side._run(plan)

    async def _keep(self) -> None:
        last: BaseException | None = None
        while self._is_kept:
            schedule = self._schedule
            assert schedule is not None
            if await self._is_woken_within(schedule.wait(time.monotonic())):
                continue
            left = schedule.left(time.monotonic())
            if left <= 0:
                await self._lose(last or SynthaClaimLostError(f"No renewal of the claim {self.name!r} came in time."))
                return
            try:
                await self._run(self._renewal(None, None, limit=left))
                self._woken.clear()
            except (SynthaClaimLostError, SynthaClosedError) as failure:
                await self._lose(failure)
                return
            except Exception as failure:
                last = failure
                schedule.failed(time.monotonic())

    async def _is_woken_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except asyncio.TimeoutError:
            return False
        self._woken.clear()
        return True

    async def _lose(self, failure: BaseException) -> None:
        if not self._is_kept:
            return  # It was given up meanwhile.
        self._is_kept = False
        self._failure = failure
        self.lost.set()
        if self._on_lost is None:
            _log.warning("The claim %r is lost: %s", self.name, failure)
            return
        try:
            result = self._on_lost(failure)
            if inspect.isawaitable(result):
                await result
        except Exception:
            _log.exception("The callback for the lost claim %r has failed.", self.name)


class ClaimLine(AsyncIterator[ClaimWaiting | Interrupted]):
    """A place in line for a claim, as syntha.ClaimLine. Close it by aclose, or by `async with`."""

    is_asynchronous = True

    def __init__(self, side: ContextMesh | ToolHandler, plan: LinePlan, agent_name: str | None) -> None:
        self._side = side
        self._plan = plan
        self._agent_name = agent_name
        self._events: AsyncGenerator[Any, None] | None = None
        self._claim: Claim | None = None
        self._is_closed = False

    @property
    def claim(self) -> Claim | None:
        """The claim, once the caller holds it."""
        return self._claim

    @property
    def request_id(self) -> str:
        """Names the place. await_claim with this id comes back to it, also from another process."""
        return self._plan.request_id

    async def wait(self) -> Claim:
        """Waits until the caller holds the claim, and returns it. A task that is cancelled keeps its place for the grace time."""
        async for _ in self:
            pass
        if self._claim is None:
            raise SynthaClosedError("The line was closed before it was the caller's turn.", error_code="LINE_CLOSED")
        return self._claim

    async def __anext__(self) -> ClaimWaiting | Interrupted:
        if self._claim is not None or self._is_closed:
            raise StopAsyncIteration
        if self._events is None:
            self._events = self._open()
        try:
            event = await anext(self._events)
        except StopAsyncIteration:
            raise
        except BaseException:
            self._events = None  # The caller may come back.
            raise
        if isinstance(event, ClaimState):
            self._claim = Claim(self._side, event, agent_name=self._agent_name)
            await self._events.aclose()
            raise StopAsyncIteration
        return event

    async def leave(self, *, request_id: str | None = None) -> bool:
        """As syntha.ClaimLine.leave. End a task that waits in this line before."""
        await self.aclose()
        return await self._leave(request_id=request_id)

    async def aclose(self) -> None:
        """Ends the stream. The place stays for the grace time."""
        self._is_closed = True
        if self._events is not None:
            await self._events.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    @operation
    def _leave(self, *, request_id: str | None) -> Plan[bool]:
        return (yield from leaving(self._side, self._plan, self._agent_name, request_id))

    async def _run(self, plan: Plan[R]) -> R:
        return await self._side._run(plan)

    def _open(self) -> AsyncGenerator[Any, None]:
        connection = connection_of(self._side)
        settings = connection.settings
        backoff = self._plan.backoff(settings.retry_delay, settings.max_retry_delay)
        steps = wait_in_line(self._plan, settings.timeout, backoff, renews=settings.token_provider is not None)
        return drive(connection, self._plan.method, steps, lambda: self._run(acting(self._side, self._agent_name)))
