"""Getting, listing, counting."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from syntha._arguments import optional_text, some_names_of, text_of, whole_number_of
from syntha._calls.plan import Plan, Rpc, operation
from syntha._mesh.requests import pages, view_of
from syntha.items import ContextItem, value_in
from syntha.v1 import context_mesh_service_pb2 as wire
from syntha.v1 import item_pb2

_MOST_KEYS = 10_000
_MOST_ITEMS = 1_000
_OTHER = "other"

_COUNTS = (
    "total_items", "active_items", "expired_items", "global_items", "private_items", "total_topics", "agents_with_topics", "total_bytes",
)


class Reading:
    @operation
    def get(self, key: str, agent_name: str | None = None) -> Plan[Any]:
        """The value. None: the key is missing, expired or not readable by that agent, or the value is null. get_item tells these apart.
        Without an agent it is the owner's view, which has all items."""
        return value_in((yield Rpc("ContextMesh/Get", _get_request(key, agent_name))))

    @operation
    def get_item(self, key: str, agent_name: str | None = None) -> Plan[ContextItem | None]:
        """The item with its routing, revision and times, or None."""
        response = yield Rpc("ContextMesh/Get", _get_request(key, agent_name))
        return ContextItem._from(response.item) if response.HasField("item") else None

    @operation
    def get_items(self, keys: Iterable[str], agent_name: str | None = None) -> Plan[list[ContextItem]]:
        """Several items, in the order of the keys. At most 1,000 keys. Up to 3 MiB of items are as of one moment."""
        items: list[ContextItem] = []
        remaining = some_names_of(keys, "keys")
        agent = optional_text(agent_name, "agent_name")
        while remaining:
            response = yield Rpc("ContextMesh/GetMany", wire.GetManyRequest(keys=remaining, as_agent=agent))
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
    ) -> Plan[list[ContextItem]]:
        """All items that meet every condition, in the byte order of their keys. key_glob: `*` any run, `?` one character, `[a-z]`,
        `[!a-z]`. page_size: how many items a call brings. 0: as many as it can."""
        request = wire.ListRequest(
            as_agent=optional_text(agent_name, "agent_name"),
            filter=item_pb2.ItemFilter(
                topics=[] if topic is None else [text_of(topic, "topic")],
                key_prefix=text_of(key_prefix, "key_prefix"),
                key_glob=optional_text(key_glob, "key_glob"),
            ),
            view=view_of(keys_only),
            page_size=whole_number_of(page_size, "page_size") or (_MOST_KEYS if keys_only else _MOST_ITEMS),
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
    def get_stats(self, agent_name: str | None = None) -> Plan[dict[str, int]]:
        """Counts: total_items, active_items, expired_items (not yet purged), global_items, private_items, total_topics,
        agents_with_topics, total_bytes."""
        response = yield Rpc("ContextMesh/GetStats", wire.GetStatsRequest(as_agent=optional_text(agent_name, "agent_name")))
        return {name: getattr(response.stats, name) for name in _COUNTS}

    @operation
    def size(self) -> Plan[int]:
        """How many items there are. Expired items count until they are purged."""
        response = yield Rpc("ContextMesh/GetStats", wire.GetStatsRequest())
        return response.stats.total_items

    def _items_for(self, agent_name: str, keys_only: bool = False) -> Plan[list[ContextItem]]:
        agent = text_of(agent_name, "agent_name")
        return Reading.list_items.plan(self, agent, keys_only=keys_only)  # type: ignore[attr-defined]


def _get_request(key: str, agent_name: str | None) -> wire.GetRequest:
    return wire.GetRequest(key=text_of(key, "key"), as_agent=optional_text(agent_name, "agent_name"))
