"""From the arguments of a mesh's constructor to its settings."""

from __future__ import annotations

import threading
from typing import Any

from syntha._calls.settings import AsynchronousTokenProvider, Settings, user_id_of
from syntha._warning import warn

_gate = threading.Lock()
_was_explained = False


class SynthaDatabaseWarning(UserWarning):
    """A ContextMesh was given arguments of a database. They are ignored, because the server owns storage."""


def settings_of(
    user_id: str | None,
    server: str | None,
    api_key: str | None,
    token_provider: AsynchronousTokenProvider | None,
    timeout: float | None,
    max_attempts: int,
    retry_delay: float,
    max_retry_delay: float,
    root_certificates: bytes | None,
    connect_timeout: float,
    client_certificate: bytes | None,
    client_key: bytes | None,
    allow_credentials_without_tls: bool,
    database: dict[str, Any],
) -> Settings:
    if api_key is not None and token_provider is not None:
        raise ValueError("api_key and token_provider are both given. Give one of them.")
    settings = Settings(
        server=server,
        user_id=user_id_of(user_id),
        api_key=api_key,
        token_provider=token_provider,
        timeout=timeout,
        max_attempts=max_attempts,
        retry_delay=retry_delay,
        max_retry_delay=max_retry_delay,
        root_certificates=root_certificates,
        connect_timeout=connect_timeout,
        client_certificate=client_certificate,
        client_key=client_key,
        allow_credentials_without_tls=allow_credentials_without_tls,
    )
    settings.check()  # A malformed address is refused here, and not by the first call.
    if database:
        _explain(sorted(database), settings.address)
    return settings


def _explain(arguments: list[str], address: str) -> None:
    """Warns once a process. A program that opens a mesh for each user would otherwise warn for each."""
    global _was_explained
    with _gate:
        if _was_explained:
            return
        _was_explained = True
    warn(
        f"{', '.join(arguments)}: no effect. The server at {address} stores the contexts, each user's apart from all others. Its own "
        "configuration says where.",
        SynthaDatabaseWarning,
    )
