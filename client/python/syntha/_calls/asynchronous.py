"""Makes calls for asyncio."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import grpc
import grpc.aio

from syntha._calls.connection import Connection
from syntha._calls.plan import Plan, Rpc
from syntha._calls.repeats import Attempts
from syntha._calls.settings import Metadata, Settings
from syntha.exceptions import SynthaError

R = TypeVar("R")


class AsynchronousConnection(Connection):
    """It belongs to the event loop that uses it. When that loop is closed, the next loop that uses it opens channels of its own."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, _open)
        self._loop: asyncio.AbstractEventLoop | None = None

    def method(self, name: str) -> Any:
        self._enter_loop()
        return super().method(name)

    def stream_method(self, name: str) -> Any:
        self._enter_loop()
        return super().stream_method(name)

    def _enter_loop(self) -> None:
        loop = asyncio.get_running_loop()
        if loop is self._loop:
            return
        if self._loop is not None and not self._loop.is_closed():
            raise RuntimeError(
                "Another event loop uses this mesh, and has not ended. A mesh of syntha.aio serves one loop at a time: so make "
                "one for each loop."
            )
        # Channels of a loop that is closed cannot even be closed.
        self._loop = loop
        self._channels.clear()
        self._calls.clear()
        self._streams.clear()

    @property
    def running_loop(self) -> asyncio.AbstractEventLoop | None:
        """The loop that this connection serves, where it runs in some thread."""
        return self._loop if self._loop is not None and self._loop.is_running() else None

    async def run(self, plan: Plan[R]) -> R:
        go_on: Callable[[Any], Rpc] = plan.send
        answer: Any = None
        while True:
            try:
                rpc = go_on(answer)
            except StopIteration as done:
                return done.value
            try:
                answer = await self._answer(rpc)
                go_on = plan.send
            except SynthaError as failure:
                answer = failure
                go_on = plan.throw

    async def _answer(self, rpc: Rpc) -> Any:
        attempts = Attempts(self.settings, rpc)
        while True:
            metadata = await self._credentials()
            try:
                return await self._call(rpc, attempts.timeout, metadata)
            except grpc.RpcError as raised:
                failure = self.error_of(raised, rpc.request)
                failure.__cause__ = raised
            delay = attempts.wait_after(failure)
            if delay is None or self.is_closed:
                raise failure
            await asyncio.sleep(delay)

    async def _call(self, rpc: Rpc, timeout: float | None, metadata: Metadata) -> Any:
        method = self.method(rpc.method)
        try:
            return await method(rpc.request, timeout=timeout, metadata=metadata)
        except asyncio.CancelledError:
            if is_being_cancelled():
                raise
            raise _Cancelled from None

    async def open_stream(self, method: str, request: Any) -> Any:
        metadata = await self._credentials()
        return self.stream_method(method)(request, metadata=metadata)

    async def aclose(self) -> None:
        for channel in self.close():
            await channel.close()

    async def _credentials(self) -> Metadata:
        provide = self.settings.token_provider
        if provide is None:
            return self._metadata
        token = provide()
        return self._with(await token if inspect.isawaitable(token) else token)


def is_being_cancelled() -> bool:
    """Whether the task itself is asked to end. gRPC also raises CancelledError for calls whose channel is closed. Such a call has failed,
    and its task is to go on."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class _Cancelled(grpc.RpcError):
    """The failure of a call whose channel was closed."""

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.CANCELLED

    def details(self) -> str:
        return "The mesh was closed while the call was under way."

    def trailing_metadata(self) -> tuple[()]:
        return ()


def _open(settings: Settings, options: list[tuple[str, str | int]]) -> grpc.aio.Channel:
    if not settings.is_secure:
        return grpc.aio.insecure_channel(settings.target, options)
    return grpc.aio.secure_channel(settings.target, settings.channel_credentials(), options)
