"""Makes calls and waits for their answers."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import grpc

from syntha._calls.connection import Connection
from syntha._calls.plan import Plan, Rpc
from syntha._calls.settings import Metadata, Settings
from syntha.exceptions import SynthaClosedError

R = TypeVar("R")


class BlockingConnection(Connection):
    """Thread-safe."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, _open)
        self._gate = threading.Lock()

    def run(self, plan: Plan[R]) -> R:
        go_on: Callable[[Any], Rpc] = plan.send
        answer: Any = None
        while True:
            try:
                rpc = go_on(answer)
            except StopIteration as done:
                return done.value
            metadata = self._credentials()
            try:
                answer = self.method(rpc.method)(rpc.request, timeout=self.settings.timeout, metadata=metadata)
                go_on = plan.send
            except grpc.RpcError as raised:
                answer = self.error_of(raised, rpc.request)
                answer.__cause__ = raised
                go_on = plan.throw
            except SynthaClosedError as closed:
                answer = closed
                go_on = plan.throw

    def open_stream(self, method: str, request: Any) -> Any:
        return self.stream_method(method)(request, metadata=self._credentials())

    def close(self) -> list[Any]:
        with self._gate:
            channels = super().close()
        for channel in channels:
            channel.close()
        return channels

    def _credentials(self) -> Metadata:
        """An exception of the provider reaches the caller. The plan does not see it."""
        provide = self.settings.token_provider
        if provide is None:
            return self._metadata
        token = provide()
        if inspect.iscoroutine(token):
            token.close()  # Python would warn that it was never awaited. The error below says it already.
        return self._with(token)

    def _look_up(self, name: str, known: dict[str, Any], options: list[tuple[str, str | int]]) -> Any:
        with self._gate:
            return known.get(name) or super()._look_up(name, known, options)


def _open(settings: Settings, options: list[tuple[str, str | int]]) -> grpc.Channel:
    if not settings.is_secure:
        return grpc.insecure_channel(settings.target, options)
    return grpc.secure_channel(settings.target, grpc.ssl_channel_credentials(settings.root_certificates), options)
