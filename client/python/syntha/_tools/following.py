"""Live topics of an agent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

from syntha._live.options import Selection, SubscriptionPlan, follow_topics
from syntha.events import ChangeKind
from syntha.items import Position

Stream = TypeVar("Stream", covariant=True)


class Following(Generic[Stream]):
    if TYPE_CHECKING:

        def _follow(self, plan: SubscriptionPlan) -> Stream: ...

        def _named(self) -> str: ...

    def subscribe_to_topics(
        self,
        topics: Iterable[str],
        *,
        key_prefix: str = "",
        key_glob: str | None = None,
        kinds: Iterable[ChangeKind] = (),
        keys_only: bool = False,
        include_claims: bool = False,
        after: Position | None = None,
        snapshot: bool = False,
        heartbeat: float = 15.0,
    ) -> Stream:
        """Adds topics to the agent's subscriptions, where they stay, and follows them. Returns an iterator of events, which never ends by
        itself. The arguments mean what they mean in ContextMesh.subscribe. A subscription that starts after a position adds no topics."""
        selection = Selection.of(topics, key_prefix, key_glob, kinds, keys_only)
        return self._follow(follow_topics(self._named(), selection, include_claims, after, snapshot, heartbeat))
