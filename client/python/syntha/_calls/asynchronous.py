"""Makes calls, and lets others work while they are under way."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

import grpc
import grpc.aio

from syntha._calls.connection import Connection
from syntha._calls.plan import Plan, Rpc
from syntha._calls.settings import Settings

R = TypeVar("R")


class AsynchronousConnection(Connection):
    """Belongs to the event loop that runs when the first call is made. To be used by that loop alone."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, _open)

    async def run(self, plan: Plan[R]) -> R:
        try:
            rpc = next(plan)
            while True:
                try:
                    response = await self._call(rpc)
                except grpc.RpcError as raised:
                    error = self.error_of(raised, rpc.request)
                    error.__cause__ = raised
                    rpc = plan.throw(error)
                else:
                    rpc = plan.send(response)
        except StopIteration as done:
            return done.value

    async def _call(self, rpc: Rpc) -> Any:
        try:
            return await self.method(rpc.method)(rpc.request, timeout=self.settings.timeout, metadata=self.metadata)
        except asyncio.CancelledError:
            if is_being_cancelled():
                raise
            raise _Cancelled from None

    def open_stream(self, method: str, request: Any) -> Any:
        return self.stream_method(method)(request, metadata=self.metadata)

    async def aclose(self) -> None:
        for channel in self.close():
            await channel.close()


def is_being_cancelled() -> bool:
    """gRPC raises CancelledError also for calls under way when their channel is closed: those have failed, but nobody asked the task that
    waits for them to end."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class _Cancelled(grpc.RpcError):
    """A call whose channel was closed."""

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
