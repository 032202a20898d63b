"""Makes calls and waits for their answers."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import grpc

from syntha._calls.connection import Connection
from syntha._calls.plan import Plan, Rpc
from syntha._calls.repeats import Attempts
from syntha._calls.settings import Metadata, Settings
from syntha.exceptions import SynthaError

R = TypeVar("R")


class BlockingConnection(Connection):
    """Thread-safe."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, _open)
        self._gate = threading.Lock()
        self._closing = threading.Event()

    def run(self, plan: Plan[R]) -> R:
        go_on: Callable[[Any], Rpc] = plan.send
        answer: Any = None
        while True:
            try:
                rpc = go_on(answer)
            except StopIteration as done:
                return done.value
            try:
                answer = self._answer(rpc)
                go_on = plan.send
            except SynthaError as failure:
                answer = failure
                go_on = plan.throw

    def _answer(self, rpc: Rpc) -> Any:
        attempts = Attempts(self.settings, rpc)
        while True:
            metadata = self._credentials()
            method = self.method(rpc.method)
            try:
                return method(rpc.request, timeout=attempts.timeout, metadata=metadata)
            except grpc.RpcError as raised:
                failure = self.error_of(raised, rpc.request)
                failure.__cause__ = raised
            delay = attempts.wait_after(failure)
            if delay is None or self._closing.wait(delay):
                raise failure

    def open_stream(self, method: str, request: Any) -> Any:
        return self.stream_method(method)(request, metadata=self._credentials())

    def close(self) -> list[Any]:
        self._closing.set()
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

    def _renew(self, known: dict[str, Any]) -> None:
        with self._gate:
            super()._renew(known)

    def _look_up(self, name: str, known: dict[str, Any], options: list[tuple[str, str | int]]) -> Any:
        with self._gate:
            return known.get(name) or super()._look_up(name, known, options)


def _open(settings: Settings, options: list[tuple[str, str | int]]) -> grpc.Channel:
    if not settings.is_secure:
        return grpc.insecure_channel(settings.target, options)
    return grpc.secure_channel(settings.target, settings.channel_credentials(), options)
