"""Live streams of a mesh."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

from syntha._live.options import Selection, SubscriptionPlan, follow_mesh
from syntha.events import ChangeKind
from syntha.items import Position

Stream = TypeVar("Stream", covariant=True)


class Following(Generic[Stream]):
    if TYPE_CHECKING:

        def _follow(self, plan: SubscriptionPlan) -> Stream: ...

    def subscribe(
        self,
        agent_name: str | None = None,
        *,
        topics: Iterable[str] = (),
        key_prefix: str = "",
        key_glob: str | None = None,
        kinds: Iterable[ChangeKind] = (),
        keys_only: bool = False,
        include_agents: bool = False,
        include_claims: bool = False,
        after: Position | None = None,
        snapshot: bool = False,
        heartbeat: float = 15.0,
    ) -> Stream:
        """Follows the whole mesh, or an agent's view of it. Returns an iterator of events, which never ends by itself. The stream is opened
        when the first event is asked for.

        It starts now, or after a position, or with a snapshot of the view. All conditions must hold: topics, key_prefix (taken literally),
        key_glob, kinds of change. include_agents: changes of agents' subscriptions, permissions and access as well; only for the owner.
        include_claims: changes of claims as well; a snapshot has none, list_claims tells them. heartbeat: the longest time between two
        messages of the server, 1 to 60 seconds.
        """
        selection = Selection.of(topics, key_prefix, key_glob, kinds, keys_only)
        return self._follow(follow_mesh(agent_name, selection, include_agents, include_claims, after, snapshot, heartbeat))
