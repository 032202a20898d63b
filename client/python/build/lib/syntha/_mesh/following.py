"""Live streams of a mesh."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

from syntha._live.options import SubscriptionPlan, filter_of, follow_mesh
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
        after: Position | None = None,
        snapshot: bool = False,
        heartbeat: float = 15.0,
    ) -> Stream:
        """Follows the whole mesh, or an agent's view of it: an iterator of events that never ends by itself.

        It starts now; or after a position, exclusive; or with a snapshot of the view. All filters must hold: topics, key_prefix (taken
        literally), key_glob, kinds of change. include_agents: changes of agents' subscriptions and permissions as well (the owner's view
        only). heartbeat: how often the server says something at the least, 1 to 60 seconds.
        """
        filters = filter_of(topics, key_prefix, key_glob, kinds, keys_only, include_agents)
        return self._follow(follow_mesh(agent_name, filters, after, snapshot, heartbeat))
