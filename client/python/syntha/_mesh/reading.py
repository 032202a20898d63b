"""Getting, listing, counting. With `as_of`, a Position or a datetime, a read tells what the same caller could see then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from syntha._arguments import optional_text, some_names_of, text_of, whole_number_of
from syntha._calls.plan import Plan, Rpc, operation
from syntha._mesh.requests import filter_of, pages, point_of, view_of
from syntha.items import ContextItem, Position, value_in
from syntha.v1 import context_mesh_service_pb2 as wire

_MOST_KEYS = 10_000
_MOST_ITEMS = 1_000
_OTHER = "other"

_COUNTS = (
    "total_items", "active_items", "expired_items", "global_items", "private_items", "total_topics", "agents_with_topics", "total_bytes",
)


class Reading:
    @operation
    def get(self, key: str, agent_name: str | None = None, *, as_of: Position | datetime | None = None) -> Plan[Any]:
        """The value. None: the key is missing, expired or not readable by that agent, or the value is null. get_item tells these apart.
        Without an agent it is the owner's view, which has all items. as_of: a position or a time of the past. An agent needs the owner's
        permission for it (AgentAccess.may_read_past)."""
        return value_in((yield Rpc("ContextMesh/Get", _get_request(key, agent_name, as_of))))

    @operation
    def get_item(
        self, key: str, agent_name: str | None = None, *, as_of: Position | datetime | None = None
    ) -> Plan[ContextItem | None]:
        """The item with its routing, revision and times, or None. as_of: see get."""
        response = yield Rpc("ContextMesh/Get", _get_request(key, agent_name, as_of))
        return ContextItem._from(response.item) if response.HasField("item") else None

    @operation
    def get_items(
        self, keys: Iterable[str], agent_name: str | None = None, *, as_of: Position | datetime | None = None
    ) -> Plan[list[ContextItem]]:
        """Several items, in the order of the keys. At most 1,000 keys. Up to 3 MiB of items are as of one moment. as_of: see get."""
        items: list[ContextItem] = []
        remaining = some_names_of(keys, "keys")
        agent, point = optional_text(agent_name, "agent_name"), point_of(as_of)
        while remaining:
            response = yield Rpc("ContextMesh/GetMany", wire.GetManyRequest(keys=remaining, as_agent=agent, read_point=point))
            items.extend(map(ContextItem._from, response.items))
            remaining = list(response.remaining_keys)
        return items

    @operation
    def list_items(
        self,
        agent_name: str | None = None,
        *,
        topic: str | None = None,
        key_prefix: str = "",
        key_glob: str | None = None,
        keys_only: bool = False,
        page_size: int = 0,
        as_of: Position | datetime | None = None,
    ) -> Plan[list[ContextItem]]:
        """All items that meet every condition, in the byte order of their keys. key_glob: `*` any run, `?` one character, `[a-z]`,
        `[!a-z]`. page_size: how many items a call brings. 0: as many as it can. as_of: see get. The list is then a snapshot."""
        request = wire.ListRequest(
            as_agent=optional_text(agent_name, "agent_name"),
            filter=filter_of(topic, key_prefix, key_glob),
            view=view_of(keys_only),
            page_size=whole_number_of(page_size, "page_size") or (_MOST_KEYS if keys_only else _MOST_ITEMS),
            read_point=point_of(as_of),
        )
        return (yield from pages("ContextMesh/List", request, lambda page: map(ContextItem._from, page.items)))

    @operation
    def get_all_for_agent(self, agent_name: str) -> Plan[dict[str, Any]]:
        """`{key: value}` of all items that the agent may read, in the byte order of the keys."""
        items = yield from self._items_for(agent_name)
        return {item.key: item.value for item in items}

    @operation
    def get_keys_for_agent(self, agent_name: str) -> Plan[list[str]]:
        """The keys of all items that the agent may read. A key with the value null is listed."""
        items = yield from self._items_for(agent_name, keys_only=True)
        return [item.key for item in items]

    @operation
    def get_available_keys_by_topic(self, agent_name: str) -> Plan[dict[str, list[str]]]:
        """`{topic: [keys]}` for the agent's topics. `"other"` has the keys that carry none of them. It is absent when there are none."""
        response = yield Rpc("ContextMesh/GetAgentTopics", wire.GetAgentTopicsRequest(agent=text_of(agent_name, "agent_name")))
        by_topic: dict[str, list[str]] = {topic: [] for topic in response.topics}
        rest: list[str] = []
        for item in (yield from self._items_for(agent_name, keys_only=True)):
            lists = [by_topic[topic] for topic in item.topics if topic in response.topics] or [rest]
            for keys in lists:
                keys.append(item.key)
        if rest:
            # A topic may have the name "other" itself. Its list then holds both.
            by_topic.setdefault(_OTHER, []).extend(rest)
        return by_topic

    @operation
    def get_stats(self, agent_name: str | None = None, *, as_of: Position | datetime | None = None) -> Plan[dict[str, int]]:
        """Counts: total_items, active_items, expired_items (not yet purged), global_items, private_items, total_topics,
        agents_with_topics, total_bytes. as_of: see get."""
        request = wire.GetStatsRequest(as_agent=optional_text(agent_name, "agent_name"), read_point=point_of(as_of))
        response = yield Rpc("ContextMesh/GetStats", request)
        return {name: getattr(response.stats, name) for name in _COUNTS}

    @operation
    def size(self) -> Plan[int]:
        """How many items there are. Expired items count until they are purged."""
        response = yield Rpc("ContextMesh/GetStats", wire.GetStatsRequest())
        return response.stats.total_items

    def _items_for(self, agent_name: str, keys_only: bool = False) -> Plan[list[ContextItem]]:
        agent = text_of(agent_name, "agent_name")
        return Reading.list_items.plan(self, agent, keys_only=keys_only)  # type: ignore[attr-defined]


def _get_request(key: str, agent_name: str | None, as_of: Position | datetime | None) -> wire.GetRequest:
    return wire.GetRequest(
        key=text_of(key, "key"), as_agent=optional_text(agent_name, "agent_name"), read_point=point_of(as_of)
    )
