"""What blocking and asyncio connections have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from syntha._calls.failures import error_of
from syntha._calls.settings import Metadata, Settings
from syntha.errors import SynthaError
from syntha.v1.context_mesh_pb2_grpc import ContextMeshStub
from syntha.v1.tool_handler_pb2_grpc import ToolHandlerStub

Open = Callable[[Settings, list[tuple[str, str | int]]], Any]


class Connection:
    """One user's way to the server. Its channels are opened when the first call is made: those of asyncio belong to the loop that runs
    then."""

    def __init__(self, settings: Settings, open_channel: Open) -> None:
        self.settings = settings
        self._metadata = settings.metadata
        self.is_closed = False
        self._open_channel = open_channel
        self._channels: list[Any] = []
        self._calls: dict[str, Any] = {}
        self._streams: dict[str, Any] = {}

    def method(self, name: str) -> Any:
        """The stub's method for unary calls."""
        return self._calls.get(name) or self._look_up(name, self._calls, self.settings.channel_options)

    def stream_method(self, name: str) -> Any:
        """The stub's method for streams."""
        return self._streams.get(name) or self._look_up(name, self._streams, self.settings.stream_channel_options)

    def error_of(self, raised: BaseException, request: Any = None) -> SynthaError:
        return error_of(raised, self.settings.address, request)

    def _with(self, token: object) -> Metadata:
        """What a call carries whose credential is of a token provider."""
        if not isinstance(token, str):
            raise TypeError(f"The token provider gave {token!r}, and not a text (only syntha.aio awaits what a provider gives).")
        return (*self._metadata, ("authorization", f"Bearer {token}"))

    def throw_if_closed(self) -> None:
        if self.is_closed:
            raise RuntimeError("This mesh was closed.")

    def close(self) -> list[Any]:
        """Returns the channels that are to be closed. From here on no other is opened."""
        self.is_closed = True
        self._calls.clear()
        self._streams.clear()
        return self._channels

    def _look_up(self, name: str, known: dict[str, Any], options: list[tuple[str, str | int]]) -> Any:
        self.throw_if_closed()
        channel = self._open_channel(self.settings, options)
        self._channels.append(channel)
        for service, stub in (("ContextMesh", ContextMeshStub(channel)), ("ToolHandler", ToolHandlerStub(channel))):
            known.update({f"{service}/{own}": method for own, method in vars(stub).items()})
        return known[name]
