"""The past: versions of a key, and what differs between two positions."""

from __future__ import annotations

from syntha._arguments import optional_text, text_of, whole_number_of
from syntha._calls.plan import Plan, operation
from syntha._mesh.requests import filter_of, pages, view_of
from syntha.history import ItemDifference, ItemVersion
from syntha.items import Position
from syntha.v1 import history_pb2 as wire

_MOST_ITEMS = 1_000


class History:
    @operation
    def list_versions(self, key: str, agent_name: str | None = None, *, page_size: int = 0) -> Plan[list[ItemVersion]]:
        """The versions of a key, the newest first, as far back as the server's change log reaches. An agent gets the versions that it
        could read when they were written, and needs the owner's permission (AgentAccess.may_read_past). page_size: how many versions a
        call brings. 0: as many as it can."""
        request = wire.ListVersionsRequest(
            as_agent=optional_text(agent_name, "agent_name"),
            key=text_of(key, "key"),
            page_size=whole_number_of(page_size, "page_size") or _MOST_ITEMS,
        )
        return (yield from pages("ContextMesh/ListVersions", request, lambda page: map(ItemVersion._from, page.versions)))

    @operation
    def diff_positions(
        self,
        start: Position,
        end: Position | None = None,
        agent_name: str | None = None,
        *,
        topic: str | None = None,
        key_prefix: str = "",
        key_glob: str | None = None,
        keys_only: bool = False,
        page_size: int = 0,
    ) -> Plan[list[ItemDifference]]:
        """The keys whose items differ between two positions, in byte order. end: earlier or later than start. None: now. The conditions
        are those of list_items; each position is filtered by itself."""
        request = wire.DiffPositionsRequest(
            as_agent=optional_text(agent_name, "agent_name"),
            to=None if end is None else end._to_wire(),
            filter=filter_of(topic, key_prefix, key_glob),
            view=view_of(keys_only),
            page_size=whole_number_of(page_size, "page_size") or _MOST_ITEMS,
            **{"from": start._to_wire()},
        )
        return (yield from pages("ContextMesh/DiffPositions", request, lambda page: map(ItemDifference._from, page.differences)))
