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
from syntha._calls.settings import Metadata, Settings
from syntha.exceptions import SynthaClosedError

R = TypeVar("R")


class AsynchronousConnection(Connection):
    """It belongs to the event loop of its first call. Only that loop may use it."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, _open)

    async def run(self, plan: Plan[R]) -> R:
        go_on: Callable[[Any], Rpc] = plan.send
        answer: Any = None
        while True:
            try:
                rpc = go_on(answer)
            except StopIteration as done:
                return done.value
            metadata = await self._credentials()
            try:
                answer = await self._call(rpc, metadata)
                go_on = plan.send
            except grpc.RpcError as raised:
                answer = self.error_of(raised, rpc.request)
                answer.__cause__ = raised
                go_on = plan.throw
            except SynthaClosedError as closed:
                answer = closed
                go_on = plan.throw

    async def _call(self, rpc: Rpc, metadata: Metadata) -> Any:
        try:
            return await self.method(rpc.method)(rpc.request, timeout=self.settings.timeout, metadata=metadata)
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
    return grpc.aio.secure_channel(settings.target, grpc.ssl_channel_credentials(settings.root_certificates), options)
