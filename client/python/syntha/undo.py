"""Undoing and redacting: writes about what was written before. All classes are immutable."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from syntha.events import AgentState, ChangeKind, agent_state_of, change_kind_of
from syntha.items import ContextItem, Position
from syntha.v1 import undo_pb2 as wire


class ObstacleKind(Enum):
    """What keeps an undo from a key or an agent."""

    UNKNOWN = 0
    """A kind of a newer server."""
    BUILT_ON = 1
    """A command that the undo does not take back has changed it since. An undo never overwrites that."""
    REDACTED = 2
    """The value that would come back was redacted."""
    NOT_ALLOWED = 3
    """The agent that asks may not do this."""


@dataclass(frozen=True)
class UndoObstacle:
    """What keeps an undo from a key or an agent, which is left as it is."""

    kind: ObstacleKind
    revision: int
    """For BUILT_ON: the revision of the first change behind those that are taken back. 0: the agent that asks could not see it."""
    author: str | None
    """For BUILT_ON: the agent that made this change. None: the owner made it, or the agent that asks could not see it."""


@dataclass(frozen=True)
class PlannedUndo:
    """What an undo does to one key or to one agent."""

    key: str
    """The key. For AGENT_CHANGED the agent's name."""
    kind: ChangeKind | None
    """CREATED: a removed item comes back. UPDATED: the item becomes what it was. REMOVED: it goes away. AGENT_CHANGED: the agent's
    subscriptions, permissions and access become what they were. None: nothing happens."""
    present: ContextItem | None
    """The item as of the plan."""
    restored: ContextItem | None
    """The item that comes back. Its revision and update_time tell which version it is; the undo gives it new ones."""
    restored_agent: AgentState | None
    """For AGENT_CHANGED: the state that comes back."""
    obstacle: UndoObstacle | None
    """Why nothing happens, although there is something to take back."""
    former_expired: bool
    """Whether there was an item whose time to live has ended since. It does not come back."""

    @staticmethod
    def _from(undo: wire.PlannedUndo) -> PlannedUndo:
        return PlannedUndo(
            key=undo.key,
            kind=change_kind_of(undo.kind) if undo.kind else None,
            present=ContextItem._from(undo.present) if undo.HasField("present") else None,
            restored=ContextItem._from(undo.restored) if undo.HasField("restored") else None,
            restored_agent=agent_state_of(undo.restored_agent) if undo.HasField("restored_agent") else None,
            obstacle=_obstacle_of(undo.obstacle) if undo.HasField("obstacle") else None,
            former_expired=undo.former_expired,
        )


@dataclass(frozen=True)
class UndoPlan:
    """What an undo would do. `undo` carries it out, as long as the mesh is as it was in what it would change."""

    position: Position
    """The position of the plan."""
    undos: tuple[PlannedUndo, ...]
    """Keys in byte order, and behind them agents in byte order."""
    agent_name: str | None
    """The agent that asked, and that undoes. None: the owner."""
    _scope: Any = field(repr=False)

    @property
    def obstacles(self) -> tuple[PlannedUndo, ...]:
        """What the undo would leave alone."""
        return tuple(undo for undo in self.undos if undo.obstacle is not None)


@dataclass(frozen=True)
class UndoReceipt:
    """The answer to an undo, which is durable."""

    position: Position
    """The position of the command, or the mesh's when nothing was changed. Another undo takes it as `command`."""
    replayed: bool
    """Whether the server knew the `request_id`, so that this is the first call's answer."""
    request_id: str
    """The id that the undo carried."""
    undone: int
    """How many keys and agents became what they were."""
    left_alone: int
    """How many were left alone for an obstacle."""


@dataclass(frozen=True)
class RedactReceipt:
    """The answer to a redaction, which is durable."""

    position: Position
    """The position of the last command, or the mesh's when nothing was redacted."""
    replayed: bool
    """Whether the server knew the `request_id`, so that this is the first call's answer."""
    request_id: str
    """The id that the first command carried."""
    redacted_versions: int
    """How many versions have lost their value. Versions that were redacted before do not count."""
    removed: bool
    """Whether the present item was among them, so that it was removed."""


def _obstacle_of(obstacle: wire.UndoObstacle) -> UndoObstacle:
    kinds = {kind.value: kind for kind in ObstacleKind}
    author = obstacle.author if obstacle.HasField("author") else None
    return UndoObstacle(kinds.get(obstacle.kind, ObstacleKind.UNKNOWN), obstacle.revision, author)
