"""The part that blocking and asyncio connections share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from syntha._calls import fork
from syntha._calls.failures import error_of
from syntha._calls.settings import Metadata, Settings
from syntha.exceptions import SynthaClosedError, SynthaError
from syntha.v1.context_mesh_service_pb2_grpc import ContextMeshStub
from syntha.v1.discovery_service_pb2_grpc import DiscoveryStub
from syntha.v1.tool_handler_service_pb2_grpc import ToolHandlerStub

_STUBS = {"ContextMesh": ContextMeshStub, "ToolHandler": ToolHandlerStub, "Discovery": DiscoveryStub}

_generations: dict[str, int] = {}
"""How often connections to an address had to be given up."""

Open = Callable[[Settings, list[tuple[str, str | int]]], Any]


class Connection:
    """One user's way to the server. Its channels are opened by the first call, because channels of asyncio belong to the loop that runs
    then."""

    def __init__(self, settings: Settings, open_channel: Open) -> None:
        self.settings = settings
        self._metadata = settings.metadata
        self.is_closed = False
        self.handlers_access: dict[str, Any] = {}
        """The access that handlers of this mesh have stored last, by agent."""
        self.has_claims = False
        """Whether the server is known to have claims, and with them the guard `if_claim`."""
        self._open_channel = open_channel
        self._channels: list[Any] = []
        self._calls: dict[str, Any] = {}
        self._streams: dict[str, Any] = {}

    def method(self, name: str) -> Any:
        """The stub's method for a unary call."""
        fork.throw_if_lost()
        return self._calls.get(name) or self._look_up(name, self._calls, self.settings.channel_options)

    def stream_method(self, name: str) -> Any:
        """The stub's method for a stream."""
        fork.throw_if_lost()
        return self._streams.get(name) or self._look_up(name, self._streams, self.settings.stream_channel_options)

    def error_of(self, raised: BaseException, request: Any = None) -> SynthaError:
        error = error_of(raised, self.settings.address, request, self.settings.origin)
        if error._failure.is_silent:
            self._renew(self._streams if request is None else self._calls)
        return error

    def _renew(self, known: dict[str, Any]) -> None:
        """gRPC 1.51 never connects again over a channel whose connection was silent. The next call opens another one."""
        known.clear()
        _generations[self.settings.target] = _generations.get(self.settings.target, 0) + 1

    def _with(self, token: object) -> Metadata:
        """The metadata of a call with a token of the provider."""
        if not isinstance(token, str):
            raise TypeError(f"The token provider gave {token!r}. It must give a text (only syntha.aio awaits its result).")
        return (*self._metadata, ("authorization", f"Bearer {token}"))

    def throw_if_closed(self) -> None:
        fork.throw_if_lost()
        if self.is_closed:
            raise SynthaClosedError(
                "This mesh was closed. Its context is still there: open another ContextMesh for the user, or close this one later.",
                error_code="MESH_CLOSED",
            )

    def close(self) -> list[Any]:
        """Returns the channels to close. No other channel is opened from now on."""
        self.is_closed = True
        channels, self._channels = self._channels, []
        self._calls.clear()
        self._streams.clear()
        return [] if fork.is_lost() else channels

    def _look_up(self, name: str, known: dict[str, Any], options: list[tuple[str, str | int]]) -> Any:
        self.throw_if_closed()
        # Channels with the same options share connections, also those of other meshes.
        generation = ("syntha.generation", _generations.get(self.settings.target, 0))
        channel = self._open_channel(self.settings, [*options, generation])
        fork.begin(channel)
        self._channels.append(channel)
        for service, stub in _STUBS.items():
            known.update({f"{service}/{own}": method for own, method in vars(stub(channel)).items()})
        return known[name]
