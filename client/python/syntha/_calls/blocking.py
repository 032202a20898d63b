"""Makes calls, and waits for them."""

from __future__ import annotations

import threading
from typing import Any, TypeVar

import grpc

from syntha._calls.connection import Connection
from syntha._calls.plan import Plan
from syntha._calls.settings import Settings

R = TypeVar("R")


class BlockingConnection(Connection):
    """Thread-safe."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, _open)
        self._gate = threading.Lock()

    def run(self, plan: Plan[R]) -> R:
        try:
            rpc = next(plan)
            while True:
                try:
                    response = self.method(rpc.method)(rpc.request, timeout=self.settings.timeout, metadata=self.metadata)
                except grpc.RpcError as raised:
                    error = self.error_of(raised, rpc.request)
                    error.__cause__ = raised
                    rpc = plan.throw(error)
                else:
                    rpc = plan.send(response)
        except StopIteration as done:
            return done.value

    def open_stream(self, method: str, request: Any) -> Any:
        return self.stream_method(method)(request, metadata=self.metadata)

    def close(self) -> list[Any]:
        with self._gate:
            channels = super().close()
        for channel in channels:
            channel.close()
        return channels

    def _look_up(self, name: str, known: dict[str, Any], options: list[tuple[str, str | int]]) -> Any:
        with self._gate:
            return known.get(name) or super()._look_up(name, known, options)


def _open(settings: Settings, options: list[tuple[str, str | int]]) -> grpc.Channel:
    if not settings.is_secure:
        return grpc.insecure_channel(settings.target, options)
    return grpc.secure_channel(settings.target, grpc.ssl_channel_credentials(settings.root_certificates), options)
