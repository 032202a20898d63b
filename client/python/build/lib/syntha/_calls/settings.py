"""Where the server is, who calls, and how patient a caller is: the same for blocking and asyncio connections."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from syntha.v1 import context_mesh_pb2, tool_handler_pb2

TokenProvider = Callable[[], str]
"""Gives the credential of a call that is about to be made."""
AsynchronousTokenProvider = Callable[[], str | Awaitable[str]]

Metadata = tuple[tuple[str, str], ...]

DEFAULT_SERVER = "127.0.0.1:50051"
_DEFAULT_PORT = 50051

# A PushMany may hold 3 MiB. gRPC keeps a call's request for retries up to 256 KiB by default, and silently does not retry beyond.
_RETRY_BUFFER_BYTES = 4 * 1024 * 1024

# What gRPC calls the least time between two attempts is the time that each of them may take.
_CONNECT_TIMEOUT_MILLISECONDS = 5_000

# Long enough to cost nothing, short enough to notice a dead peer behind a firewall that forgot the connection.
_KEEPALIVE_MILLISECONDS = 60_000
_KEEPALIVE_TIMEOUT_MILLISECONDS = 20_000


@dataclass(frozen=True)
class Settings:
    """How to reach the server in the name of one user. The retries' waits are random, below bounds that double."""

    server: str | None
    user_id: str
    api_key: str | None
    token_provider: AsynchronousTokenProvider | None
    timeout: float | None
    max_attempts: int
    retry_delay: float
    max_retry_delay: float
    root_certificates: bytes | None

    @property
    def address(self) -> str:
        return self.server or os.environ.get("SYNTHA_SERVER") or DEFAULT_SERVER

    @property
    def is_secure(self) -> bool:
        return self.address.startswith("https://")

    @property
    def target(self) -> str:
        """The address as gRPC takes it: a host and a port."""
        address = self.address
        if "://" not in address:
            host = urlsplit(f"//{address}")
            return address if host.port is not None else f"{address}:{_DEFAULT_PORT}"
        url = urlsplit(address)
        if url.scheme not in ("http", "https") or not url.netloc:
            raise ValueError(f"The server's address is {address!r}. Give host:port, http://host:port or https://host:port.")
        return url.netloc if url.port is not None else f"{url.netloc}:{443 if self.is_secure else 80}"

    @property
    def metadata(self) -> Metadata:
        """What each call carries, but for what a token provider gives."""
        key = None if self.token_provider is not None else self.api_key or os.environ.get("SYNTHA_API_KEY")
        return (("user-id", self.user_id), *((("authorization", f"Bearer {key}"),) if key else ()))

    @property
    def channel_options(self) -> list[tuple[str, str | int]]:
        """For unary calls."""
        options: list[tuple[str, str | int]] = [*self._every_channel, ("grpc.per_rpc_retry_buffer_size", _RETRY_BUFFER_BYTES)]
        if self.max_attempts > 1:
            options.append(("grpc.service_config", json.dumps(self._retries())))
        return options

    @property
    def stream_channel_options(self) -> list[tuple[str, str | int]]:
        """For streams: without retries, as they resume by their position, and over connections apart from those of calls, because a
        server grants a connection a limited number of streams."""
        return [*self._every_channel, ("grpc.use_local_subchannel_pool", 1)]

    @property
    def _every_channel(self) -> list[tuple[str, str | int]]:
        return [
            ("grpc.keepalive_time_ms", _KEEPALIVE_MILLISECONDS),
            ("grpc.keepalive_timeout_ms", _KEEPALIVE_TIMEOUT_MILLISECONDS),
            ("grpc.initial_reconnect_backoff_ms", round(self.retry_delay * 1000)),
            ("grpc.min_reconnect_backoff_ms", _CONNECT_TIMEOUT_MILLISECONDS),
            ("grpc.max_reconnect_backoff_ms", round(self.max_retry_delay * 1000)),
            # HTTP/2 without TLS does not pass a proxy; a proxy named in the environment must not break the loopback address.
            ("grpc.enable_http_proxy", int(self.is_secure)),
        ]

    def _retries(self) -> dict[str, object]:
        names = [
            {"service": service.full_name, "method": method.name}
            for service in _SERVICES
            for method in service.methods
            if _is_repeatable(method)
        ]
        policy = {
            "maxAttempts": self.max_attempts,
            "initialBackoff": f"{self.retry_delay:.3f}s",
            "maxBackoff": f"{self.max_retry_delay:.3f}s",
            "backoffMultiplier": 2,
            "retryableStatusCodes": ["UNAVAILABLE"],
        }
        return {"methodConfig": [{"name": names, "retryPolicy": policy}]}


_SERVICES = (
    context_mesh_pb2.DESCRIPTOR.services_by_name["ContextMesh"],
    tool_handler_pb2.DESCRIPTOR.services_by_name["ToolHandler"],
)
_READS = ("Get", "List", "Has", "Build")


def _is_repeatable(method: object) -> bool:
    """Calls that may be made twice: those with a `request_id`, which this client always fills in, and those that only read."""
    name, fields = method.name, method.input_type.fields_by_name  # type: ignore[attr-defined]
    is_stream = "start" in fields  # Descriptors of protobuf 3.21 do not say so themselves.
    return not is_stream and ("request_id" in fields or name.startswith(_READS))


def user_id_of(given: str | None) -> str:
    """The user to call for: as given, or else from the environment. What its pattern is, is the server's to say."""
    user_id = os.environ.get("SYNTHA_USER_ID") if given is None else given
    if not user_id:
        raise ValueError("There is no user id: pass user_id, or set SYNTHA_USER_ID. Each user has a mesh of their own.")
    if not all("!" <= character <= "~" for character in user_id):
        raise ValueError(f"A user id travels as metadata and holds visible ASCII characters only: {user_id!r}.")
    return user_id
