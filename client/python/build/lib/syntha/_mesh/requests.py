"""From what callers pass to what the contract asks for."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from google.protobuf.duration_pb2 import Duration

from syntha._calls.plan import Plan, Rpc


# json.dumps with these would make such an encoder for every value.
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def json_of(value: Any) -> str:
    """The value as JSON text. NaN and infinities are no JSON: ValueError, as for all that JSON does not know TypeError."""
    return _encode(value)


def notes_of(metadata: Mapping[str, Any] | None) -> str | None:
    return None if metadata is None else json_of(metadata)


def names_of(names: Iterable[str] | None, what: str) -> list[str]:
    """A text is a list of its letters to Python: hardly ever what was meant."""
    if isinstance(names, str):
        raise TypeError(f"{what} is a list of names, and not one text: write [{names!r}].")
    return list(names or ())


def duration_of(seconds: float | timedelta | None) -> Duration | None:
    if seconds is None:
        return None
    if isinstance(seconds, timedelta):
        seconds = seconds.total_seconds()
    if not math.isfinite(seconds):
        raise ValueError(f"{seconds} is no duration in seconds.")
    duration = Duration()
    duration.FromMicroseconds(round(seconds * 1_000_000))
    return duration


def pages(method: str, request: Any, items_of: Callable[[Any], Iterable[Any]]) -> Plan[list[Any]]:
    """All pages of a list."""
    items: list[Any] = []
    while True:
        page = yield Rpc(method, request)
        items.extend(items_of(page))
        if not page.next_page_token:
            return items
        request.page_token = page.next_page_token
