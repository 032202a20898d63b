"""The settings of a connection: the server, the caller, limits and retries. Blocking and asyncio connections share them."""

from __future__ import annotations

import functools
import ipaddress
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import grpc
from google.protobuf.descriptor_pb2 import MethodOptions, ServiceDescriptorProto

from syntha._arguments import function_of, invalid, number_of, optional_text, text_of, truth_of, whole_number_of, wrong_type
from syntha.v1 import context_mesh_service_pb2, discovery_service_pb2, tool_handler_service_pb2

TokenProvider = Callable[[], str]
"""Gives the credential of the next call."""
AsynchronousTokenProvider = Callable[[], str | Awaitable[str]]

Metadata = tuple[tuple[str, str], ...]

DEFAULT_SERVER = "127.0.0.1:50051"
_DEFAULT_PORT = 50051

# The clients of the other languages have the same limit.
_MOST_ATTEMPTS = 1000

# Long enough to cost nothing. Short enough to notice a dead peer behind a firewall that has forgotten the connection.
_KEEPALIVE_MILLISECONDS = 60_000
_KEEPALIVE_TIMEOUT_MILLISECONDS = 20_000


@dataclass(frozen=True)
class Settings:
    """How to reach the server in the name of one user. Waits between attempts are random, below a bound that doubles."""

    server: str | None
    user_id: str
    api_key: str | None
    token_provider: AsynchronousTokenProvider | None
    timeout: float | None
    max_attempts: int
    retry_delay: float
    max_retry_delay: float
    root_certificates: bytes | None
    connect_timeout: float = 5.0
    client_certificate: bytes | None = None
    client_key: bytes | None = None
    allow_credentials_without_tls: bool = False

    def check(self) -> None:
        """Refuses settings that no call could use, or that would give a credential away. No connection is opened before."""
        self._check_types()
        host = urlsplit(f"//{self.target}").hostname or ""
        if self._has_credential and not self.is_secure and not self.allow_credentials_without_tls and not _is_loopback(host):
            raise invalid(
                f"The server's address is {self.address!r}, to which the credential would travel in the clear. Give an https:// address, "
                "or set allow_credentials_without_tls where the network is safe by other means.",
                "server",
                self.address,
            )
        if (self.client_certificate is None) != (self.client_key is None):
            raise invalid("client_certificate and client_key belong together. Give both, as PEM.", "client_certificate")
        if self.client_certificate is not None and not self.is_secure:
            needed = f"The server's address is {self.address!r}. A client certificate needs an https:// address."
            raise invalid(needed, "server", self.address)
        if not self.connect_timeout > 0:
            raise invalid(f"connect_timeout is {self.connect_timeout} seconds. Give a time above zero.", "connect_timeout")
        if not 1 <= self.max_attempts <= _MOST_ATTEMPTS:
            raise invalid(f"max_attempts is {self.max_attempts}. Give 1 (no retry) to {_MOST_ATTEMPTS}.", "max_attempts", self.max_attempts)

    def _check_types(self) -> None:
        optional_text(self.server, "server")
        optional_text(self.api_key, "api_key")
        whole_number_of(self.max_attempts, "max_attempts")
        truth_of(self.allow_credentials_without_tls, "allow_credentials_without_tls")
        for name in ("retry_delay", "max_retry_delay", "connect_timeout", *(() if self.timeout is None else ("timeout",))):
            number_of(getattr(self, name), name, "a number of seconds")
        for name in ("root_certificates", "client_certificate", "client_key"):
            if not isinstance(getattr(self, name), (bytes, type(None))):
                raise wrong_type(name, getattr(self, name), "PEM as bytes")
        if self.token_provider is not None:
            function_of(self.token_provider, "token_provider")

    @property
    def address(self) -> str:
        return self.server or os.environ.get("SYNTHA_SERVER") or DEFAULT_SERVER

    @property
    def origin(self) -> str:
        """Where the address comes from, for a person who looks for the fault."""
        if self.server:
            return "The address is that of server=."
        if os.environ.get("SYNTHA_SERVER"):
            return "The address comes from SYNTHA_SERVER."
        return "It is the default address: give another by SYNTHA_SERVER, or by server=."

    @property
    def is_secure(self) -> bool:
        return "://" in self.address and urlsplit(self.address).scheme == "https"  # urlsplit reads HTTPS:// as well.

    @property
    def target(self) -> str:
        """The address as gRPC takes it: a host and a port. An address without a scheme means http://."""
        address = self.address
        try:
            if "://" not in address:
                host = urlsplit(f"//{address}")
                return address if host.port is not None else f"{address}:{_DEFAULT_PORT}"
            url = urlsplit(address)
            if url.scheme in ("http", "https") and url.netloc:
                return url.netloc if url.port is not None else f"{url.netloc}:{443 if self.is_secure else 80}"
        except ValueError:
            pass  # The port is no number.
        raise invalid(f"The server's address is {address!r}. Give host:port, http://host:port or https://host:port.", "server", address)

    @property
    def metadata(self) -> Metadata:
        """The metadata of each call, without the credential of a token provider."""
        key = self._key
        return (("user-id", self.user_id), *((("authorization", f"Bearer {key}"),) if key else ()))

    @property
    def _key(self) -> str | None:
        return None if self.token_provider is not None else self.api_key or os.environ.get("SYNTHA_API_KEY")

    @property
    def _has_credential(self) -> bool:
        return bool(self._key) or self.token_provider is not None

    def channel_credentials(self) -> grpc.ChannelCredentials:
        """For an address of https://."""
        return grpc.ssl_channel_credentials(self.root_certificates, self.client_key, self.client_certificate)

    @property
    def channel_options(self) -> list[tuple[str, str | int]]:
        """For unary calls. `Attempts` makes them again, and not gRPC: gRPC does not know the server's reasons."""
        return self._every_channel

    @property
    def stream_channel_options(self) -> list[tuple[str, str | int]]:
        """For streams. They are not retried, because they resume by their position. They have connections of their own, because a server
        grants a connection a limited number of streams."""
        return [*self._every_channel, ("grpc.use_local_subchannel_pool", 1)]

    @property
    def _every_channel(self) -> list[tuple[str, str | int]]:
        return [
            ("grpc.keepalive_time_ms", _KEEPALIVE_MILLISECONDS),
            ("grpc.keepalive_timeout_ms", _KEEPALIVE_TIMEOUT_MILLISECONDS),
            ("grpc.initial_reconnect_backoff_ms", round(self.retry_delay * 1000)),
            # The name speaks of the least time between two attempts. In fact it is the time that an attempt may take, until the server has
            # spoken HTTP/2: a connection that is accepted and then silent is given up then.
            ("grpc.min_reconnect_backoff_ms", round(self.connect_timeout * 1000)),
            ("grpc.max_reconnect_backoff_ms", round(self.max_retry_delay * 1000)),
            # HTTP/2 without TLS does not pass a proxy. A proxy that the environment names must not break the loopback address.
            ("grpc.enable_http_proxy", int(self.is_secure)),
        ]


SERVICES: tuple[Any, ...] = (
    context_mesh_service_pb2.DESCRIPTOR.services_by_name["ContextMesh"],
    tool_handler_service_pb2.DESCRIPTOR.services_by_name["ToolHandler"],
    discovery_service_pb2.DESCRIPTOR.services_by_name["Discovery"],
)
"""The services that this client calls."""


@functools.cache
def repeatable_methods() -> frozenset[str]:
    """The unary methods that may be called again when a call's answer is missing, as the contract's `idempotency_level` says.

    IDEMPOTENT holds for a request with a `request_id` field only when the field is set: `syntha._calls.plan.write` always sets it.
    """
    repeatable = set()
    for service in SERVICES:
        described = ServiceDescriptorProto()  # The descriptors of protobuf 3.21 themselves do not tell streams from other methods.
        service.CopyToProto(described)
        for method in described.method:
            level = method.options.idempotency_level
            if not method.server_streaming and level in (MethodOptions.NO_SIDE_EFFECTS, MethodOptions.IDEMPOTENT):
                repeatable.add(f"{service.name}/{method.name}")
    return frozenset(repeatable)


def is_repeatable(method: str) -> bool:
    """Whether `ContextMesh/Push`, or another method of that form, may be called again."""
    return method in repeatable_methods()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def user_id_of(given: str | None) -> str:
    """The given user, or else the environment's. The server checks the id's pattern."""
    user_id = os.environ.get("SYNTHA_USER_ID") if given is None else given
    if user_id is None or not text_of(user_id, "user_id"):
        none = "There is no user id. Pass user_id, or set SYNTHA_USER_ID. Each user has a mesh of their own."
        raise invalid(none, "user_id", user_id)
    if not all("!" <= character <= "~" for character in user_id):
        raise invalid(f"The user id {user_id!r} cannot travel as metadata. Use visible ASCII characters only.", "user_id", user_id)
    return user_id
