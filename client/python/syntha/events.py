"""The events of a subscription: a closed family of classes.

A program that only wants changes looks at Committed. A program that keeps a copy also looks at Reset and the snapshots. It may ignore all
other events.

`through` says how far the subscriber has got with this event, also counting changes that are not part of its view. Keep it, and pass it as
`after` to go on there: nothing then comes twice, and nothing is skipped. None: the subscriber cannot go on at this event. Keep the position
before. All classes are immutable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from syntha.access import AgentAccess
from syntha.claims import ClaimState
from syntha.exceptions import SynthaError
from syntha.items import ContextItem, PostPermissions, Position
from syntha.v1 import agent_pb2


class ChangeKind(Enum):
    """What happened to an item, seen from one view."""

    UNKNOWN = 0
    """A kind of a newer server."""
    CREATED = 1
    UPDATED = 2
    """The item has a new value, routing or time to live."""
    REMOVED = 3
    EXPIRED = 4
    ENTERED_VIEW = 5
    """The item has new routing and is part of the view now."""
    LEFT_VIEW = 6
    """The item has new routing and is no longer part of the view. Forget what is known of it."""
    AGENT_CHANGED = 7
    """The subscriptions, permissions or access of an agent have changed. Only where include_agents asked for it."""
    CLAIMED = 8
    """A claim has a new holder. This kind and the next three come only where include_claims asked for them."""
    RENEWED = 9
    """A claim goes on with its holder and token: its lease was renewed, or its line has changed."""
    RELEASED = 10
    """A claim was given back, handed over, or taken back by the owner."""
    CLAIM_EXPIRED = 11
    """A claim's lease has ended."""
    REDACTED = 12
    """The value of a former version of the key was removed from history. Forget it wherever it is kept. The present item stays as it is:
    when it was redacted as well, a REMOVED of the same revision comes before."""


class ResetReason(Enum):
    """Why everything known of a view is void. A snapshot follows."""

    AUDIENCE_CHANGED = "AUDIENCE_CHANGED"
    """The agent's own subscriptions, permissions or access have changed, and with them its view."""
    HISTORY_COMPACTED = "HISTORY_COMPACTED"
    """The change log no longer reaches back to the position. The changes in between cannot be delivered."""
    EPOCH_CHANGED = "EPOCH_CHANGED"
    """The store was restored, imported or created anew. The position belongs to another life of the store."""
    REVISION_IN_FUTURE = "REVISION_IN_FUTURE"
    """The position lies beyond the mesh's last revision."""


class InterruptionReason(Enum):
    """Why a subscription has to connect again."""

    FAILED = "FAILED"
    """The connection failed, or the server does not answer. `failure` tells more."""
    SILENT = "SILENT"
    """No message came for two heartbeats, or no answer came within the mesh's timeout."""
    SHUTTING_DOWN = "SHUTTING_DOWN"
    RELOADED = "RELOADED"
    """The server had to load the mesh anew."""
    READER_TOO_SLOW = "READER_TOO_SLOW"
    """The server ended the stream because its reader took no message for too long."""
    ENDED = "ENDED"
    """The stream ended, and the server did not say why."""


@dataclass(frozen=True)
class AgentState:
    """What is stored about an agent."""

    topics: tuple[str, ...]
    permissions: PostPermissions | None
    """What it may post. None: anything."""
    access: AgentAccess | None
    """Which tools it may use. None: all."""


_KINDS = {kind.value: kind for kind in ChangeKind}


def change_kind_of(kind: int) -> ChangeKind:
    return _KINDS.get(kind, ChangeKind.UNKNOWN)


def agent_state_of(agent: agent_pb2.AgentState) -> AgentState:
    permissions = PostPermissions._from(agent.permissions) if agent.HasField("permissions") else None
    access = AgentAccess._from(agent.access) if agent.HasField("access") else None
    return AgentState(tuple(agent.topics), permissions, access)


@dataclass(frozen=True)
class ContextChange:
    """One change, as this subscriber sees it."""

    kind: ChangeKind
    key: str
    """The item's key. For AGENT_CHANGED the agent's name, for changes of a claim its name."""
    item: ContextItem | None
    """The item after the change: for CREATED, UPDATED and ENTERED_VIEW. It has no value when it has expired or was redacted since."""
    agent: AgentState | None
    revision: int
    index: int
    """The change's place among the changes of its command, from 0."""
    time: datetime
    claim: ClaimState | None = None
    """The claim after the change: for CLAIMED, RENEWED, RELEASED and CLAIM_EXPIRED. After the latter two it is free. When it goes to the
    next one in line, a CLAIMED of the same revision follows."""
    redacted_revision: int | None = None
    """For REDACTED: the revision of the version that lost its value."""

    @property
    def is_gone(self) -> bool:
        """Whether the item is no longer part of the view."""
        return self.kind in (ChangeKind.REMOVED, ChangeKind.EXPIRED, ChangeKind.LEFT_VIEW)


class ContextEvent:
    """The base of the classes below. There are no others."""

    __slots__ = ()

    @property
    def through(self) -> Position | None:
        return None


@dataclass(frozen=True)
class Established(ContextEvent):
    """The server serves the subscription. It comes at the start, and again after each interruption."""

    position: Position
    """Changes after it will be delivered. So every push that is acknowledged from now on will be."""
    oldest_revision: int
    """The lowest revision that the change log still has."""
    heartbeat: float
    """The longest time between two messages of the server, in seconds."""
    is_snapshot_ahead: bool
    """Whether a snapshot comes first. The subscriber cannot go on at the position yet."""
    is_reconnected: bool
    """Whether the subscription was served before."""

    @property
    def through(self) -> Position | None:
        return None if self.is_snapshot_ahead else self.position


@dataclass(frozen=True)
class Committed(ContextEvent):
    """One command with all its changes in this view. It is never a part of a command, and never two commands."""

    revision: int
    changes: tuple[ContextChange, ...]
    position: Position

    @property
    def through(self) -> Position | None:
        return self.position


@dataclass(frozen=True)
class Progress(ContextEvent):
    """Nothing happened in this view up to here. It comes with every heartbeat of a quiet mesh."""

    position: Position

    @property
    def through(self) -> Position | None:
        return self.position


@dataclass(frozen=True)
class Reset(ContextEvent):
    """The changes have a gap here. Everything known of the view is void, and a snapshot of it follows."""

    reason: ResetReason


@dataclass(frozen=True)
class SnapshotStarted(ContextEvent):
    """A snapshot begins: the whole view as of one revision. A snapshot before it that did not complete is void."""

    position: Position


@dataclass(frozen=True)
class SnapshotItems(ContextEvent):
    """A part of the snapshot, in the byte order of the keys. The order goes on through all parts."""

    items: tuple[ContextItem, ...]


@dataclass(frozen=True)
class SnapshotCompleted(ContextEvent):
    """The snapshot is complete. A key that it did not hold does not exist in this view. Changes after it follow."""

    position: Position

    @property
    def through(self) -> Position | None:
        return self.position


@dataclass(frozen=True)
class Interrupted(ContextEvent):
    """The connection is gone. The subscription connects again after the delay, and goes on where it was."""

    reason: InterruptionReason
    failure: SynthaError | None
    """The failure that the server or the transport told. None: they told none."""
    attempt: int
    """The number of the attempt that follows, counted from 1 since the subscription last got further."""
    delay: float
    """How many seconds the subscription waits before that attempt."""


@dataclass(frozen=True)
class Unknown(ContextEvent):
    """A message of a newer server, which may be ignored."""
