"""Streams for runners on bare calls. They go on by the rules of the scenarios' README."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Generator, Iterator
from typing import Any

from conformance.running import Refused, Stream

_VOID = {"HISTORY_COMPACTED", "EPOCH_CHANGED", "REVISION_IN_FUTURE"}
_BROKEN = {"UNAVAILABLE", "CANCELLED", "INTERNAL", "UNKNOWN"}

Message = dict[str, Any]
Connect = Callable[[dict[str, Any]], Iterator[Message]]
"""Opens a stream with a request, and returns its messages."""


def wire_stream(connect: Connect, method: str, request: dict[str, Any], cut: Callable[[], None]) -> Stream:
    return (WireLine if method.endswith("/AwaitClaim") else WireStream)(connect, method, request, cut)


class WireLine(Stream):
    """A place in line for a claim. It comes back under the same id."""

    def __init__(self, connect: Connect, method: str, request: dict[str, Any], cut: Callable[[], None]) -> None:
        self._connect = connect
        self._request = {"requestId": str(uuid.uuid4()), "heartbeat": "2s", **request}
        self._cut = cut
        self._events = self._follow()
        self._ahead = [next(self._events)]
        self.established = {}

    def next(self) -> Message:
        return self._ahead.pop() if self._ahead else next(self._events)

    def cut(self) -> None:
        self._cut()

    def close(self) -> None:
        self._events.close()

    def _follow(self) -> Generator[Message, None, None]:
        told: Message = {}
        while True:
            try:
                for message in self._connect(self._request):
                    if "held" in message:
                        yield {"held": message["held"]}
                        return
                    news = {name: value for name, value in message.items() if name == "waiting"}
                    if news and news != told:
                        told = news
                        yield news
            except Refused as refused:
                if not told or refused.told["status"] not in _BROKEN:
                    raise


class WireStream(Stream):
    def __init__(self, connect: Connect, method: str, request: dict[str, Any], cut: Callable[[], None]) -> None:
        self._connect = connect
        self._registers = method == "ToolHandler/SubscribeToTopics"
        self._request = request
        self._cut = cut
        start = request.get("start", {})
        self.through = start.get("after")
        self._needs_snapshot = "snapshot" in start
        self._resumes = False
        self._events = self._follow()
        self._ahead: list[Message] = []
        while "established" not in (event := next(self._events)):
            self._ahead.append(event)
        self.established = event["established"]

    def next(self) -> Message:
        if self._ahead:
            return self._ahead.pop(0)
        return next(event for event in self._events if "established" not in event)

    def cut(self) -> None:
        self._cut()

    def close(self) -> None:
        self._events.close()

    def _follow(self) -> Generator[Message, None, None]:
        while True:
            try:
                yield from self._read()
            except Refused as refused:
                if refused.told["reason"] in _VOID:
                    yield self._begin_anew(refused.told["reason"])
                elif not self._resumes or refused.told["status"] not in _BROKEN:
                    raise

    def _read(self) -> Iterator[Message]:
        items: list[Any] = []
        pieces: list[Any] = []
        for message in self._connect(self._next_request()):
            (kind, said), = message.items()
            if kind == "established":
                self._resumes = True
                if not self._needs_snapshot and self.through is None:
                    self.through = said["position"]
                yield message
            elif kind == "reset":
                items = []
                yield self._begin_anew("AUDIENCE_CHANGED")
            elif kind == "snapshotChunk":
                items += said.get("items", [])
            elif kind == "snapshotEnd":
                self._needs_snapshot = False
                self.through = said["position"]
                yield {"snapshot": {"position": said["position"], "items": items}}
            elif kind == "changes":
                pieces += said.get("changes", [])
                while pieces and not (said.get("revisionContinues") and pieces[0]["revision"] == pieces[-1]["revision"]):
                    revision = pieces[0]["revision"]
                    changes = [piece for piece in pieces if piece["revision"] == revision]
                    pieces = pieces[len(changes):]
                    self.through = said["through"] if not pieces and "through" in said else {**self._epoch(said), "revision": revision}
                    yield {"committed": {"revision": revision, "changes": changes}}
                if "through" in said:
                    self.through = said["through"]
            elif kind == "progress":
                self.through = said["through"]
            else:
                return

    def _next_request(self) -> dict[str, Any]:
        request = dict(self._request)
        if self._needs_snapshot:
            request["start"] = {"snapshot": {}}
        elif self.through is not None:
            request["start"] = {"after": self.through}
        if self._resumes and self._registers:
            request["skipRegistration"] = True
        return request

    def _begin_anew(self, reason: str) -> Message:
        self._needs_snapshot = True
        self._resumes = True
        self.through = None
        return {"reset": {"reason": reason}}

    def _epoch(self, said: Message) -> dict[str, Any]:
        return {"epoch": (self.through or said.get("through") or self.established["position"])["epoch"]}
