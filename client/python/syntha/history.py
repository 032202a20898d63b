"""The past of a mesh: versions of a key, and differences between two positions. All classes are immutable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from syntha.events import ChangeKind, change_kind_of
from syntha.items import ContextItem, Position, moment_of
from syntha.v1 import history_pb2 as wire


@dataclass(frozen=True)
class ItemVersion:
    """One change of a key, as its reader's stream would have told it."""

    position: Position
    """The position of the command that made the change. `as_of` takes it."""
    index: int
    """The change's place among the changes of that command, from 0."""
    time: datetime
    """When the command was committed, by the store's clock."""
    kind: ChangeKind
    author: str | None
    """The agent that made the change. None: the owner or the server made it, or the item left the reader's view."""
    item: ContextItem | None
    """The item as it was written, also when it has expired since. None: it was removed, has expired, or left the reader's view. Where
    `redacted` is set it has neither its value nor its metadata."""
    redacted: bool = False
    """Whether the value was redacted since."""
    redacted_revision: int | None = None
    """For REDACTED: the revision of the version that lost its value."""

    @staticmethod
    def _from(version: wire.ItemVersion) -> ItemVersion:
        return ItemVersion(
            position=Position._from(version.position),
            index=version.index,
            time=moment_of(version.commit_time),
            kind=change_kind_of(version.kind),
            author=version.author if version.HasField("author") else None,
            item=ContextItem._from(version.item) if version.HasField("item") else None,
            redacted=version.redacted,
            redacted_revision=version.redacted_revision or None,
        )


@dataclass(frozen=True)
class ItemDifference:
    """A key whose item is not the same at two positions. An item that was written again differs, even if its value is the same."""

    key: str
    kind: ChangeKind
    """CREATED, UPDATED or REMOVED. A key that came into an agent's view counts as created, and one that left it as removed."""
    before: ContextItem | None
    """The item at the first position. None: there is none."""
    after: ContextItem | None
    """The item at the second position. None: there is none."""

    @staticmethod
    def _from(difference: wire.ItemDifference) -> ItemDifference:
        return ItemDifference(
            key=difference.key,
            kind=change_kind_of(difference.kind),
            before=ContextItem._from(difference.before) if difference.HasField("before") else None,
            after=ContextItem._from(difference.after) if difference.HasField("after") else None,
        )
