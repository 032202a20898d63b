"""What a mesh holds, as the client hands it out. All of it is immutable."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, cast

from google.protobuf.timestamp_pb2 import Timestamp

from syntha.v1 import context_pb2 as wire


@dataclass(frozen=True)
class Position:
    """A place in the history of one user's mesh. Positions of one epoch are comparable: the larger revision is the later one."""

    epoch: str
    revision: int

    @staticmethod
    def _from(position: wire.Position) -> Position:
        return Position(position.epoch, position.revision)


@dataclass(frozen=True)
class PushReceipt:
    """A push that was acknowledged: it is durable."""

    position: Position
    """The position of the command; its revision is the item's."""
    replayed: bool
    """Whether the `request_id` was known, and this is the first call's answer."""
    request_id: str
    """The id that the push carried."""


@dataclass(frozen=True)
class ContextItem:
    """One key with its value, and who it is for."""

    key: str
    value_json: str | None
    """The value as JSON text, exactly as it was pushed. None: only keys were asked for, or it has expired since."""
    topics: tuple[str, ...]
    subscribers: tuple[str, ...]
    author: str | None
    """The agent that wrote it last; None: the owner did."""
    revision: int
    """The revision of the command that wrote it last: what `if_revision` compares with."""
    update_time: datetime
    expire_time: datetime | None
    """From when on it is absent; None: it never expires."""
    metadata: Any
    """Notes of the writer; None: there are none."""

    @property
    def has_value(self) -> bool:
        return self.value_json is not None

    @property
    def value(self) -> Any:
        """The value. Read from its text anew each time: changes that are made to it are the caller's own."""
        if self.value_json is None:
            raise ValueError("Only keys were asked for, or the item has expired since, so it carries no value: ask has_value first.")
        return json.loads(self.value_json)

    @staticmethod
    def _from(item: wire.Item) -> ContextItem:
        return ContextItem(
            key=item.key,
            value_json=item.value_json if item.HasField("value_json") else None,
            topics=tuple(item.topics),
            subscribers=tuple(item.subscribers),
            author=item.author if item.HasField("author") else None,
            revision=item.revision,
            update_time=moment_of(item.update_time),
            expire_time=moment_of(item.expire_time) if item.HasField("expire_time") else None,
            metadata=json.loads(item.metadata_json) if item.HasField("metadata_json") else None,
        )


@dataclass(frozen=True)
class ContextTopic:
    """A topic, and the agents that are subscribed to it in order of subscription."""

    name: str
    subscribers: tuple[str, ...]


@dataclass(frozen=True)
class PostPermissions:
    """What an agent may post."""

    topics: tuple[str, ...]
    may_post_global: bool = False
    """Whether it may push without routing, which every agent reads."""
    may_post_direct: bool = False
    """Whether it may name subscribers."""

    @staticmethod
    def _from(permissions: wire.PostPermissions) -> PostPermissions:
        return PostPermissions(tuple(permissions.topics), permissions.may_post_global, permissions.may_post_direct)


def value_in(response: Any) -> Any:
    """The value of a response's item, or None. A whole ContextItem would take as long as the rest of the call."""
    return json.loads(response.item.value_json) if response.HasField("item") else None


_LAST_SECOND = int(datetime.max.replace(tzinfo=timezone.utc).timestamp()) - 1


def moment_of(timestamp: Timestamp) -> datetime:
    """A time to live of thousands of years may end after the year 9999, which Python cannot name: the last moment it can name stands for
    it."""
    if timestamp.seconds > _LAST_SECOND:
        return datetime.max.replace(tzinfo=timezone.utc)
    return cast(datetime, timestamp.ToDatetime(tzinfo=timezone.utc))
