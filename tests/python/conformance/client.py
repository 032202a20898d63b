"""The contract through the client. Each call is made by the method that a program would use. Its result is put into the contract's words.

Mappings are generators. They yield the return value of a method, and get its result. So one mapping serves the blocking client, which
returns results, and the client of asyncio, which returns coroutines.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from conformance.arguments import start_of
from conformance.mapping import METHODS, await_claim, subscribe
from conformance.running import Refused, Runner, Stream
from conformance.stubs import Stubs
from conformance.telling import held, told, waiting
from conformance.untold import UNTOLD
from support.proxy import Proxy

import syntha
from syntha import aio
from syntha.claims import ClaimWaiting
from syntha.events import ContextEvent


class Client(Runner):
    """syntha."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._proxy = Proxy(server)
        self._stubs = Stubs(server)
        self._meshes: dict[tuple[str, str], Any] = {}

    def untold(self, method: str) -> frozenset[str]:
        return UNTOLD.get(method, frozenset())

    def call(self, user_id: str | None, method: str, request: dict[str, Any], *, pages: bool, wire: bool) -> dict[str, Any]:
        if wire:
            return self._stubs.call(user_id, method, request, pages=pages, wire=True)
        return self._refusing(self._drive, METHODS[method](self._mesh(user_id, self._server), request))

    def open(self, user_id: str | None, method: str, request: dict[str, Any], *, wire: bool) -> Stream:
        if wire:
            return self._stubs.open(user_id, method, request, wire=True)
        mesh = self._mesh(user_id, self._proxy.address)
        if method.endswith("/AwaitClaim"):
            return ClientLine(self, await_claim(mesh, method, request), self._proxy)
        events = subscribe(mesh, method, request)
        return ClientStream(self, events, self._proxy, start_of(request))

    def close(self) -> None:
        for mesh in self._meshes.values():
            self._wait(mesh.close() if isinstance(mesh, syntha.ContextMesh) else mesh.aclose())
        self._stubs.close()
        self._proxy.__exit__()

    def _mesh(self, user_id: str | None, server: str) -> Any:
        assert user_id is not None, "A client always sends a user: such a step is about the wire."
        if (user_id, server) not in self._meshes:
            self._meshes[user_id, server] = self._open(user_id, server)
        return self._meshes[user_id, server]

    def _drive(self, mapping: Iterator[Any]) -> dict[str, Any]:
        try:
            result = next(mapping)
            while True:
                result = mapping.send(self._wait(result))  # type: ignore[attr-defined]
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]

    def _refusing(self, call: Any, *arguments: Any) -> Any:
        try:
            return call(*arguments)
        except syntha.SynthaError as error:
            raise Refused(error.status.name, error.reason, dict(error.metadata)) from error

    def _open(self, user_id: str, server: str) -> Any:
        return syntha.ContextMesh(user_id, server=server, retry_delay=0.05)

    def _wait(self, result: Any) -> Any:
        return result

    def next_event(self, events: Any) -> Any:
        return next(events)

    def close_events(self, events: Any) -> None:
        events.close()


class AsynchronousClient(Client):
    """syntha.aio, with each call and each event awaited."""

    def __init__(self, server: str) -> None:
        super().__init__(server)
        self._loop = asyncio.Runner()

    def close(self) -> None:
        super().close()
        self._loop.close()

    def _open(self, user_id: str, server: str) -> Any:
        return aio.ContextMesh(user_id, server=server, retry_delay=0.05)

    def _wait(self, result: Any) -> Any:
        return self._loop.run(result) if asyncio.iscoroutine(result) else result

    def next_event(self, events: Any) -> Any:
        return self._loop.run(events.__anext__())

    def close_events(self, events: Any) -> None:
        self._loop.run(events.aclose())


class ClientStream(Stream):
    def __init__(self, client: Client, events: Any, proxy: Proxy, after: dict[str, Any] | None) -> None:
        self._client = client
        self._events = events
        self._proxy = proxy
        self._told = told(self._advance())
        self._ahead: list[dict[str, Any]] = []
        self.through = after
        while "established" not in (event := client._refusing(next, self._told)):
            self._ahead.append(event)
        self.established = event["established"]

    def next(self) -> dict[str, Any]:
        if self._ahead:
            return self._ahead.pop(0)
        return next(event for event in iter(lambda: self._client._refusing(next, self._told), None) if "established" not in event)

    def cut(self) -> None:
        self._proxy.cut()

    def close(self) -> None:
        self._client.close_events(self._events)

    def _advance(self) -> Iterator[ContextEvent]:
        while True:
            event = self._client.next_event(self._events)
            if event.through is not None:
                self.through = {"epoch": event.through.epoch, "revision": str(event.through.revision)}
            yield event


class ClientLine(Stream):
    """A place in line for a claim."""

    def __init__(self, client: Client, line: Any, proxy: Proxy) -> None:
        self._client = client
        self._line = line
        self._proxy = proxy
        self.established = {}
        self._ahead = [self._read()]

    def next(self) -> dict[str, Any]:
        return self._ahead.pop() if self._ahead else self._read()

    def cut(self) -> None:
        self._proxy.cut()

    def close(self) -> None:
        self._client.close_events(self._line)

    def _read(self) -> dict[str, Any]:
        while True:
            try:
                event = self._client._refusing(self._client.next_event, self._line)
            except (StopIteration, StopAsyncIteration):
                return {"held": held(self._line.claim)}
            if isinstance(event, ClaimWaiting):
                return {"waiting": waiting(event)}
