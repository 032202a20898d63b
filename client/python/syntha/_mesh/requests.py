"""From the arguments of callers to the contract's messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from syntha._arguments import invalid, json_of, names_of, number_of, optional_text, text_of, whole_number_of
from syntha._calls.plan import Plan, Rpc
from syntha.items import Position
from syntha.v1 import history_pb2, item_pb2


def notes_of(metadata: Mapping[str, Any] | None) -> str | None:
    return None if metadata is None else json_of(metadata, "metadata")


def item_of(
    key: str,
    value: Any,
    topics: Iterable[str] | None,
    subscribers: Iterable[str] | None,
    ttl: float | timedelta | None,
    if_revision: int | None,
    metadata: Mapping[str, Any] | None,
) -> item_pb2.ItemWrite:
    name = text_of(key, "key")
    value_json = json_of(value, "value", key)
    try:
        return item_pb2.ItemWrite(
            key=name,
            value_json=value_json,
            topics=names_of(topics, "topics"),
            subscribers=names_of(subscribers, "subscribers"),
            ttl=duration_of(ttl, "ttl"),
            if_revision=revision_of(if_revision),
            metadata_json=notes_of(metadata),
        )
    except UnicodeEncodeError as lone:
        raise invalid(f"The value or the metadata of the key {key!r} has a text with a lone surrogate.", "value") from lone


def revision_of(if_revision: int | None) -> int | None:
    """None: there is no guard."""
    return None if if_revision is None else guard_of(if_revision, "if_revision")


def guard_of(revision: int, what: str) -> int:
    """0: the key must be new."""
    number = whole_number_of(revision, what)
    if not 0 <= number < 2**63:
        raise invalid(f"{what} is {number}. Give 0, or the revision of an item.", what, revision)
    return number


def point_of(as_of: Position | datetime | None) -> history_pb2.ReadPoint | None:
    """A datetime without a time zone is local time, as everywhere in Python."""
    if as_of is None:
        return None
    if isinstance(as_of, Position):
        return history_pb2.ReadPoint(as_of_position=as_of._to_wire())
    if not isinstance(as_of, datetime):
        raise invalid(f"as_of is {as_of!r}. Give a Position or a datetime.", "as_of", as_of)
    time = Timestamp()
    time.FromDatetime(as_of.astimezone(timezone.utc))
    return history_pb2.ReadPoint(as_of_time=time)


def filter_of(topic: str | None, key_prefix: str, key_glob: str | None) -> item_pb2.ItemFilter:
    return item_pb2.ItemFilter(
        topics=[] if topic is None else [text_of(topic, "topic")],
        key_prefix=text_of(key_prefix, "key_prefix"),
        key_glob=optional_text(key_glob, "key_glob"),
    )


def view_of(keys_only: bool) -> item_pb2.ItemView:
    return item_pb2.ITEM_VIEW_KEYS if keys_only else item_pb2.ITEM_VIEW_JSON


def duration_of(seconds: float | timedelta | None, what: str) -> Duration | None:
    if seconds is None:
        return None
    number = seconds.total_seconds() if isinstance(seconds, timedelta) else number_of(seconds, what, "a number of seconds or a timedelta")
    duration = Duration()
    try:
        duration.FromMicroseconds(round(number * 1_000_000))
    except (ValueError, OverflowError) as raised:
        raise invalid(f"{what} is {number} seconds, which is longer than 10,000 years.", what, seconds) from raised
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
