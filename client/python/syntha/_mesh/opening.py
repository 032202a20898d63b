"""From the arguments of a mesh's constructor to its settings."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from syntha._arguments import invalid
from syntha._calls.settings import AsynchronousTokenProvider, Settings, user_id_of
from syntha._warning import SynthaDatabaseWarning, warn

_gate = threading.Lock()
_explained: set[tuple[str, ...]] = set()

# What the server does anyway. A program that asks for it gets it.
_GRANTED = {"enable_indexing": (True, False), "auto_cleanup": (True,), "enable_persistence": (True,)}
_BACKENDS = ("sqlite", "postgresql")
_OF_A_DATABASE = {"db_path", "db_backend", "connection_string", "enable_persistence"}
_CLEANUP = "auto_cleanup"


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
        raise invalid("api_key and token_provider are both given. Give one of them.", "api_key")
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
    _explain(database, settings.address)
    return settings


def _explain(database: dict[str, Any], address: str) -> None:
    """Warns once a process for the same arguments. A program that opens a mesh for each user would otherwise warn for each."""
    ignored = {name: value for name, value in database.items() if value not in _GRANTED.get(name, ())}
    for told, text in _explanations(ignored, address):
        with _gate:
            if told in _explained:
                continue
            _explained.add(told)
        warn(text, SynthaDatabaseWarning)


def _explanations(ignored: dict[str, Any], address: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """What there is to say, with the words that tell it from other explanations. Values are not told: they may hold a password."""
    unknown = sorted(ignored.keys() - _OF_A_DATABASE - {_CLEANUP})
    if unknown:
        yield ("?", *unknown), f"{', '.join(unknown)}: ContextMesh has no such argument. It is ignored. Look for a typing error."
    if _CLEANUP in ignored:
        yield (_CLEANUP,), f"{_CLEANUP}: no effect. The server removes expired items by itself."
    backend = ignored.get("db_backend")
    if backend is not None and backend not in _BACKENDS:
        known = " and ".join(_BACKENDS)
        yield ("db_backend", str(backend)), f"db_backend: {backend!r} is no back-end. The server has {known}, and its settings choose."
    known_names = tuple(sorted(ignored.keys() & _OF_A_DATABASE))
    if known_names:
        yield known_names, (
            f"{', '.join(known_names)}: no effect. The server at {address} stores the context of each user, apart from all others. It is "
            "still there at the next run, and all meshes of the user share it, also with another database or path. To begin empty, call "
            "clear(), or take another user_id."
        )
