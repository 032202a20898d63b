"""What a program calls itself on an agent's side, without a model in between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from syntha._calls.plan import Plan, Rpc, operation, write
from syntha._mesh.requests import duration_of, json_of, names_of, notes_of, pages
from syntha.errors import SynthaError
from syntha.items import ContextItem, Position, PushReceipt, value_in
from syntha.v1 import context_mesh_pb2
from syntha.v1 import tool_handler_pb2 as wire

_MOST_KEYS = 10_000
_MOST_ITEMS = 1_000
_MOST_TOPICS = 1_000


class Direct:
    if TYPE_CHECKING:

        def _ready(self) -> Plan[str]: ...

    @operation
    def push_context(
        self,
        key: str,
        data: Any,
        topic: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        *,
        topics: Iterable[str] | None = None,
        subscribers: Iterable[str] | None = None,
        ttl: float | timedelta | None = None,
        if_revision: int | None = None,
        request_id: str | None = None,
    ) -> Plan[PushReceipt]:
        """Adds an item, or replaces one that the agent can read. The agent always reads back what it pushed. Members as of
        ContextMesh.push; `topic` is one more of the topics."""
        agent_name = yield from self._ready()
        request = wire.PushContextRequest(
            agent_name=agent_name,
            key=key,
            value_json=json_of(data),
            topics=([] if topic is None else [topic]) + names_of(topics, "topics"),
            subscribers=names_of(subscribers, "subscribers"),
            ttl=duration_of(ttl),
            if_revision=if_revision,
            metadata_json=notes_of(metadata),
        )
        response = yield write("ToolHandler/PushContext", request, request_id)
        return PushReceipt(Position._from(response.position), response.replayed, request.request_id)

    @operation
    def get_context(self, key: str) -> Plan[Any]:
        """The value; None when there is none that the agent may read (or it is null: has_context tells these apart)."""
        agent_name = yield from self._ready()
        return value_in((yield Rpc("ToolHandler/GetContext", wire.GetContextRequest(agent_name=agent_name, key=key))))

    @operation
    def get_context_item(self, key: str) -> Plan[ContextItem | None]:
        """The item with its routing, revision and times, or None."""
        agent_name = yield from self._ready()
        response = yield Rpc("ToolHandler/GetContext", wire.GetContextRequest(agent_name=agent_name, key=key))
        return ContextItem._from(response.item) if response.HasField("item") else None

    @operation
    def has_context(self, key: str) -> Plan[bool]:
        """Whether the agent can read such an item."""
        agent_name = yield from self._ready()
        response = yield Rpc("ToolHandler/HasContext", wire.HasContextRequest(agent_name=agent_name, key=key))
        return response.exists

    @operation
    def remove_context(self, key: str, *, if_revision: int | None = None, request_id: str | None = None) -> Plan[bool]:
        """Removes an item that the agent can read. False: there is none."""
        agent_name = yield from self._ready()
        request = wire.RemoveContextRequest(agent_name=agent_name, key=key, if_revision=if_revision)
        response = yield write("ToolHandler/RemoveContext", request, request_id)
        return response.removed

    @operation
    def list_context_keys(self) -> Plan[list[str]]:
        """The keys that the agent can read, in byte order."""
        agent_name = yield from self._ready()
        request = wire.ListContextKeysRequest(agent_name=agent_name, page_size=_MOST_KEYS)
        return (yield from pages("ToolHandler/ListContextKeys", request, lambda page: page.keys))

    @operation
    def list_topics(self) -> Plan[list[str]]:
        """The topics that exist for the agent, in byte order: those that any agent is subscribed to or that an item it can read carries."""
        agent_name = yield from self._ready()
        request = wire.ToolHandlerListTopicsRequest(agent_name=agent_name, page_size=_MOST_TOPICS)
        return (yield from pages("ToolHandler/ListTopics", request, lambda page: (topic.name for topic in page.topics)))

    @operation
    def get_context_by_topic(self, topic: str) -> Plan[dict[str, Any]]:
        """`{key: value}` of the items that carry the topic, as far as the agent can read them."""
        agent_name = yield from self._ready()
        request = wire.GetContextByTopicRequest(agent_name=agent_name, topic=topic, page_size=_MOST_ITEMS)
        return (yield from _values("ToolHandler/GetContextByTopic", request))

    @operation
    def get_context_pattern(self, pattern: str) -> Plan[dict[str, Any]]:
        """`{key: value}` of the items whose whole key fits the pattern: `*` any run, `?` one character, `[a-z]`, `[!a-z]`."""
        agent_name = yield from self._ready()
        request = wire.GetContextByPatternRequest(agent_name=agent_name, key_glob=pattern, page_size=_MOST_ITEMS)
        return (yield from _values("ToolHandler/GetContextByPattern", request))

    @operation
    def clear_all_context(self) -> Plan[int]:
        """Removes everything of this user, as ContextMesh.clear does. With a credential that is limited to this agent: what it wrote."""
        yield from self._ready()
        try:
            response = yield write("ContextMesh/Clear", context_mesh_pb2.ClearRequest())
        except SynthaError as error:
            if error.reason != "AGENT_MISMATCH":
                raise
            return (yield from self._clear_own())
        return response.removed_items

    @operation
    def clear_own_context(self) -> Plan[int]:
        """Removes the items that this agent wrote. Subscriptions stay."""
        return (yield from self._clear_own())

    @operation
    def unsubscribe_from_topics(self, topics: Iterable[str]) -> Plan[dict[str, list[str]]]:
        """Takes topics from the agent's subscriptions: topics_unsubscribed, topics_not_subscribed, remaining_topics."""
        agent_name = yield from self._ready()
        request = wire.ToolHandlerUnsubscribeFromTopicsRequest(agent_name=agent_name, topics=names_of(topics, "topics"))
        response = yield write("ToolHandler/UnsubscribeFromTopics", request)
        return {
            "topics_unsubscribed": list(response.topics_unsubscribed),
            "topics_not_subscribed": list(response.topics_not_subscribed),
            "remaining_topics": list(response.remaining_topics),
        }

    def _clear_own(self) -> Plan[int]:
        agent_name = yield from self._ready()
        response = yield write("ToolHandler/ClearContext", wire.ClearContextRequest(agent_name=agent_name))
        return response.removed_items


def _values(method: str, request: Any) -> Plan[dict[str, Any]]:
    items = yield from pages(method, request, lambda page: map(ContextItem._from, page.items))
    return {item.key: item.value for item in items}
