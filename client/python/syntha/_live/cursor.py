"""The place of a subscription."""

from __future__ import annotations

from collections.abc import Iterator

from syntha.claims import ClaimState
from syntha.events import (
    Committed,
    ContextChange,
    ContextEvent,
    Established,
    Progress,
    Reset,
    ResetReason,
    SnapshotCompleted,
    SnapshotItems,
    SnapshotStarted,
    Unknown,
    agent_state_of,
    change_kind_of,
)
from syntha.items import ContextItem, Position, moment_of
from syntha.v1 import item_pb2
from syntha.v1 import stream_pb2 as wire


class StreamCursor:
    """Turns the server's messages into events, and tells where the next stream has to start so that nothing comes twice and nothing is left
    out. It moves with each event that is taken from it. An event that was received and not taken is received again."""

    def __init__(self, after: Position | None, snapshot: bool) -> None:
        self._through = after
        self._needs_snapshot = snapshot
        self._pieces: list[ContextChange] = []  # Changes of a revision that the server has not finished.
        self._epoch = ""
        self._was_established = False
        self._was_reset = False
        self.heartbeat: float | None = None
        """The longest time between two messages of the server. None until the server has told it."""

    @property
    def start(self) -> wire.StreamStart:
        """Where the next stream is to start."""
        if self._needs_snapshot:
            return wire.StreamStart(snapshot=wire.StartSnapshot())
        if self._through is not None:
            return wire.StreamStart(after=item_pb2.Position(epoch=self._through.epoch, revision=self._through.revision))
        return wire.StreamStart(now=wire.StartNow())

    @property
    def resumes(self) -> bool:
        """Whether the next stream is to register no topics: the server has registered them before, or was not asked to."""
        return self._was_established or self._was_reset

    def disconnect(self) -> None:
        """The stream has ended. A revision that it had begun and not finished is void."""
        self._pieces.clear()
        self.heartbeat = None

    def begin_anew(self) -> None:
        """Everything known is void. The next stream starts with a snapshot."""
        self._pieces.clear()
        self._through = None
        self._needs_snapshot = True
        self._was_reset = True

    def take(self, message: wire.SubscribeResponse) -> Iterator[ContextEvent]:
        kind = message.WhichOneof("message")
        if kind == "established":
            yield from self._establish(message.established)
        elif kind == "changes":
            yield from self._change(message.changes)
        elif kind == "progress":
            yield self._reach(Progress(Position._from(message.progress.through)))
        elif kind == "reset":
            self.begin_anew()
            yield Reset(ResetReason.AUDIENCE_CHANGED)
            yield SnapshotStarted(Position._from(message.reset.position))
        elif kind == "snapshot_chunk":
            yield SnapshotItems(tuple(map(ContextItem._from, message.snapshot_chunk.items)))
        elif kind == "snapshot_end":
            self._needs_snapshot = False
            yield self._reach(SnapshotCompleted(Position._from(message.snapshot_end.position)))
        else:
            yield Unknown()

    def _establish(self, message: wire.Established) -> Iterator[ContextEvent]:
        position = Position._from(message.position)
        heartbeat = message.heartbeat.seconds + message.heartbeat.nanos / 1e9
        established = Established(position, message.oldest_revision, heartbeat, self._needs_snapshot, self.resumes)
        self._epoch = position.epoch
        self.heartbeat = heartbeat
        self._was_established = True
        if not self._needs_snapshot and self._through is None:
            self._through = position
        yield established
        if self._needs_snapshot:
            yield SnapshotStarted(position)

    def _change(self, message: wire.Changes) -> Iterator[ContextEvent]:
        for change in message.changes:
            if self._pieces and self._pieces[0].revision != change.revision:
                yield self._join(Position(self._epoch, self._pieces[0].revision))
            self._pieces.append(_change_from(change))

        if message.revision_continues:
            return
        through = Position._from(message.through) if message.HasField("through") else None
        if self._pieces:
            yield self._join(through or Position(self._epoch, self._pieces[-1].revision))
        else:
            yield Unknown() if through is None else self._reach(Progress(through))

    def _join(self, reached: Position) -> ContextEvent:
        committed = Committed(self._pieces[0].revision, tuple(self._pieces), reached)
        self._pieces.clear()
        return self._reach(committed)

    def _reach(self, place: Committed | Progress | SnapshotCompleted) -> ContextEvent:
        self._through = place.position
        self._epoch = place.position.epoch
        return place


def _change_from(change: wire.Change) -> ContextChange:
    return ContextChange(
        kind=change_kind_of(change.kind),
        key=change.key,
        item=ContextItem._from(change.item) if change.HasField("item") else None,
        agent=agent_state_of(change.agent) if change.HasField("agent") else None,
        revision=change.revision,
        index=change.index,
        time=moment_of(change.commit_time),
        claim=ClaimState._from(change.claim) if change.HasField("claim") else None,
        redacted_revision=change.redacted_revision or None,
    )
