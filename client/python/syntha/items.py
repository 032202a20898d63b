"""Items, topics and positions, as the client hands them out. All classes are immutable."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, cast

from google.protobuf.timestamp_pb2 import Timestamp

from syntha.v1 import agent_pb2
from syntha.v1 import item_pb2 as wire


@dataclass(frozen=True)
class Position:
    """A place in the history of one user's mesh. Positions of one epoch can be compared: the larger revision is the later one."""

    epoch: str
    revision: int

    @staticmethod
    def _from(position: wire.Position) -> Position:
        return Position(position.epoch, position.revision)

    def _to_wire(self) -> wire.Position:
        return wire.Position(epoch=self.epoch, revision=self.revision)


@dataclass(frozen=True)
class PushReceipt:
    """The answer to a push, which is durable."""

    position: Position
    """The position of the command. Its revision is the item's."""
    replayed: bool
    """Whether the server knew the `request_id`, so that this is the first call's answer."""
    request_id: str
    """The id that the push carried."""


@dataclass(frozen=True)
class ContextItem:
    """One key with its value and its readers."""

    key: str
    value_json: str | None
    """The value as JSON text, exactly as it was pushed. None: only keys were asked for, or the item has expired or was
    redacted since."""
    topics: tuple[str, ...]
    subscribers: tuple[str, ...]
    author: str | None
    """The agent that wrote the item last. None: the owner wrote it."""
    revision: int
    """The revision of the command that wrote the item last. `if_revision` compares with it."""
    update_time: datetime
    expire_time: datetime | None
    """The moment from which the item is absent. None: it never expires."""
    metadata: Any
    """Notes that the writer attached. None: there are none."""
    redacted: bool = False
    """Whether value and metadata were removed from history by `redact`. Only items of the past can be."""

    @property
    def has_value(self) -> bool:
        return self.value_json is not None

    @property
    def value(self) -> Any:
        """The value. It is parsed anew each time, so the caller may change it."""
        if self.value_json is None:
            why = "it was redacted" if self.redacted else "only keys were asked for, or it has expired since"
            raise ValueError(f"The item carries no value: {why}. Check has_value first.")
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
            redacted=item.redacted,
        )


@dataclass(frozen=True)
class ContextTopic:
    """A topic, and its subscribers in the order in which they subscribed."""

    name: str
    subscribers: tuple[str, ...]


@dataclass(frozen=True)
class PostPermissions:
    """The routing that an agent may use for its posts."""

    topics: tuple[str, ...]
    may_post_global: bool = False
    """Whether it may push items without routing, which every agent reads."""
    may_post_direct: bool = False
    """Whether it may name subscribers."""

    @staticmethod
    def _from(permissions: agent_pb2.PostPermissions) -> PostPermissions:
        return PostPermissions(tuple(permissions.topics), permissions.may_post_global, permissions.may_post_direct)


def value_in(response: Any) -> Any:
    """The value of a response's item, or None. To make a ContextItem would take as long as the rest of the call."""
    return json.loads(response.item.value_json) if response.HasField("item") else None


_LAST_SECOND = int(datetime.max.replace(tzinfo=timezone.utc).timestamp()) - 1


def moment_of(timestamp: Timestamp) -> datetime:
    """A time to live of thousands of years may end after the year 9999, which Python's datetime cannot hold. Its last moment stands for
    that."""
    if timestamp.seconds > _LAST_SECOND:
        return datetime.max.replace(tzinfo=timezone.utc)
    return cast(datetime, timestamp.ToDatetime(tzinfo=timezone.utc))
