"""From the arguments of callers to the contract's messages."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from google.protobuf.duration_pb2 import Duration

from syntha._calls.plan import Plan, Rpc
from syntha.v1 import item_pb2


# json.dumps would make such an encoder for every value.
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def json_of(value: Any) -> str:
    """The value as JSON text. NaN and infinities raise ValueError. Anything else that JSON does not have raises TypeError."""
    return _encode(value)


def notes_of(metadata: Mapping[str, Any] | None) -> str | None:
    return None if metadata is None else json_of(metadata)


def names_of(names: Iterable[str] | None, what: str) -> list[str]:
    """Refuses a single text. To Python it would be a list of its letters, which callers hardly ever mean."""
    if isinstance(names, str):
        raise TypeError(f"{what} is one text, and must be a list of names. Write [{names!r}].")
    return list(names or ())


def item_of(
    key: str,
    value: Any,
    topics: Iterable[str] | None,
    subscribers: Iterable[str] | None,
    ttl: float | timedelta | None,
    if_revision: int | None,
    metadata: Mapping[str, Any] | None,
) -> item_pb2.ItemWrite:
    return item_pb2.ItemWrite(
        key=key,
        value_json=json_of(value),
        topics=names_of(topics, "topics"),
        subscribers=names_of(subscribers, "subscribers"),
        ttl=duration_of(ttl),
        if_revision=if_revision,
        metadata_json=notes_of(metadata),
    )


def view_of(keys_only: bool) -> item_pb2.ItemView:
    return item_pb2.ITEM_VIEW_KEYS if keys_only else item_pb2.ITEM_VIEW_JSON


def duration_of(seconds: float | timedelta | None) -> Duration | None:
    if seconds is None:
        return None
    if isinstance(seconds, timedelta):
        seconds = seconds.total_seconds()
    if not math.isfinite(seconds):
        raise ValueError(f"{seconds} is no duration. Give a finite number of seconds.")
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
