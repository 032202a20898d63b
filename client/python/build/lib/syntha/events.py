"""What a subscription hands out: a closed family of events.

A program that only wants the news looks at Committed; one that keeps a copy also heeds Reset and the snapshots; everything else may be
ignored. `through` says how far the subscriber has got once it has dealt with the event, counting what is not part of its view: what to
keep, and to pass as `after` in order to go on there, with nothing twice and nothing skipped. None: the event is no such place; keep the
one before. All of it is immutable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from syntha.errors import SynthaError
from syntha.items import ContextItem, PostPermissions, Position


class ChangeKind(Enum):
    """What happened to an item, seen from one view."""

    UNKNOWN = 0
    """Something of a newer server."""
    CREATED = 1
    UPDATED = 2
    """A new value, routing or time to live."""
    REMOVED = 3
    EXPIRED = 4
    ENTERED_VIEW = 5
    """Routed anew, and part of the view now."""
    LEFT_VIEW = 6
    """Routed anew, and no longer part of the view: whatever was known of it is to be forgotten."""
    AGENT_CHANGED = 7
    """The subscriptions, permissions or access of an agent; only where include_agents asked for it."""


class ResetReason(Enum):
    """Why what was known of a view is void, and a snapshot follows."""

    AUDIENCE_CHANGED = "AUDIENCE_CHANGED"
    """The agent's own subscriptions or permissions have changed, and with them what it may see."""
    HISTORY_COMPACTED = "HISTORY_COMPACTED"
    """The change log no longer reaches back to the position: changes in between are lost as changes."""
    EPOCH_CHANGED = "EPOCH_CHANGED"
    """The store was restored, imported or created anew: the position belongs to another life of it."""
    REVISION_IN_FUTURE = "REVISION_IN_FUTURE"
    """The position lies beyond the last revision of the mesh."""


class InterruptionReason(Enum):
    """Why a subscription has to connect again."""

    FAILED = "FAILED"
    """The connection failed, or the server does not answer: `failure` tells more."""
    SILENT = "SILENT"
    """Nothing was heard for twice the heartbeat, or no answer came within the mesh's timeout."""
    SHUTTING_DOWN = "SHUTTING_DOWN"
    RELOADED = "RELOADED"
    """The server had to load the mesh anew."""
    READER_TOO_SLOW = "READER_TOO_SLOW"
    """The server gave the stream up because nothing was taken from it for too long."""
    ENDED = "ENDED"
    """The stream ended without a word about why."""


@dataclass(frozen=True)
class AgentState:
    """What is stored about an agent."""

    topics: tuple[str, ...]
    permissions: PostPermissions | None


@dataclass(frozen=True)
class ContextChange:
    """One change, as this subscriber sees it."""

    kind: ChangeKind
    key: str
    """The key; for AGENT_CHANGED the agent's name."""
    item: ContextItem | None
    """The item after the change, for CREATED, UPDATED and ENTERED_VIEW. It has no value where it has expired since."""
    agent: AgentState | None
    revision: int
    index: int
    """Its place among the changes of its command."""
    time: datetime

    @property
    def is_gone(self) -> bool:
        """Whether the item is no longer part of the view."""
        return self.kind in (ChangeKind.REMOVED, ChangeKind.EXPIRED, ChangeKind.LEFT_VIEW)


class ContextEvent:
    """One of the classes below, and no other."""

    __slots__ = ()

    @property
    def through(self) -> Position | None:
        return None


@dataclass(frozen=True)
class Established(ContextEvent):
    """The server serves the subscription: at the start, and again after each interruption."""

    position: Position
    """Changes after it will be delivered, so also every push that is acknowledged from now on."""
    oldest_revision: int
    """The lowest revision that the change log still has."""
    heartbeat: float
    """How often, in seconds, the server says something at the least."""
    is_snapshot_ahead: bool
    """Whether a snapshot comes first; the position is then no place to resume at yet."""
    is_reconnected: bool
    """Whether the subscription was served before, and goes on or begins anew here."""

    @property
    def through(self) -> Position | None:
        return None if self.is_snapshot_ahead else self.position


@dataclass(frozen=True)
class Committed(ContextEvent):
    """One command with all its changes in this view: never a part of it, and never two."""

    revision: int
    changes: tuple[ContextChange, ...]
    position: Position

    @property
    def through(self) -> Position | None:
        return self.position


@dataclass(frozen=True)
class Progress(ContextEvent):
    """Nothing happened in this view up to here. Comes with every heartbeat of a quiet mesh."""

    position: Position

    @property
    def through(self) -> Position | None:
        return self.position


@dataclass(frozen=True)
class Reset(ContextEvent):
    """The changes are not continuous here: what was known of the view is void, and a snapshot of it follows."""

    reason: ResetReason


@dataclass(frozen=True)
class SnapshotStarted(ContextEvent):
    """A snapshot begins: all of the view as of one revision. One before it that did not complete is void."""

    position: Position


@dataclass(frozen=True)
class SnapshotItems(ContextEvent):
    """A part of the snapshot that has begun, in the byte order of the keys, which goes on over all parts."""

    items: tuple[ContextItem, ...]


@dataclass(frozen=True)
class SnapshotCompleted(ContextEvent):
    """The snapshot is complete: what it did not hold does not exist in this view. Changes after it follow."""

    position: Position

    @property
    def through(self) -> Position | None:
        return self.position


@dataclass(frozen=True)
class Interrupted(ContextEvent):
    """The connection is gone and is made anew after the delay; the subscription then goes on where it was."""

    reason: InterruptionReason
    failure: SynthaError | None
    """What the server or the transport said; None when they said nothing."""
    attempt: int
    """Which attempt follows, counted from 1 since the subscription last got further."""
    delay: float
    """For how many seconds the subscription waits before it."""


@dataclass(frozen=True)
class Unknown(ContextEvent):
    """A newer server said something that this client does not know, and that may be ignored."""
