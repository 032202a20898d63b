"""From the events of a subscription to one topic to the calls of a callback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from syntha.events import Committed, ContextEvent, Reset, ResetReason, SnapshotCompleted, SnapshotItems, SnapshotStarted
from syntha.items import ContextItem

_ANOTHER_LIFE = -1  # The revision of an item that may be another one, although its revision is the same.


class TopicNews:
    """Remembers the keys that it has told of, with their revisions. So it can tell of a snapshot as changes."""

    def __init__(self) -> None:
        self._told: dict[str, int] = {}
        self._in_snapshot: set[str] = set()

    def of(self, event: ContextEvent) -> Iterator[tuple[str, Any]]:
        """Keys with their values. None: the key is gone."""
        if isinstance(event, Committed):
            for change in event.changes:
                if change.is_gone:
                    yield from self._gone(change.key)
                elif change.item is not None and change.item.has_value:  # It has none when it has expired since. That change follows.
                    yield from self._there(change.item)
        elif isinstance(event, Reset):
            if event.reason in (ResetReason.EPOCH_CHANGED, ResetReason.REVISION_IN_FUTURE):
                self._told = dict.fromkeys(self._told, _ANOTHER_LIFE)
        elif isinstance(event, SnapshotStarted):
            self._in_snapshot.clear()
        elif isinstance(event, SnapshotItems):
            for item in event.items:
                self._in_snapshot.add(item.key)
                yield from self._there(item)
        elif isinstance(event, SnapshotCompleted):
            for key in [key for key in self._told if key not in self._in_snapshot]:
                yield from self._gone(key)
            self._in_snapshot.clear()

    def _there(self, item: ContextItem) -> Iterator[tuple[str, Any]]:
        if self._told.get(item.key) != item.revision and item.has_value:
            self._told[item.key] = item.revision
            yield item.key, item.value

    def _gone(self, key: str) -> Iterator[tuple[str, Any]]:
        self._told.pop(key, None)
        yield key, None
