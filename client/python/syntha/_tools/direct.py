"""Calls that a program makes itself on an agent's side, without a model in between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from syntha._arguments import invalid, names_of, some_names_of, text_of
from syntha._calls.plan import Plan, Rpc, operation, write
from syntha._claims.requests import Holding, check_claims, guard, tokens_of
from syntha._mesh.committing import commit_receipt, commit_request, patch_receipt, patch_request
from syntha._mesh.requests import item_of, pages, revision_of
from syntha._mesh.undoing import plan_of, planned, scope_of, undone
from syntha.claims import FencingToken
from syntha.commits import CommitReceipt, Operation
from syntha.exceptions import SynthaError
from syntha.items import ContextItem, Position, PushReceipt, value_in
from syntha.patches import Patch, PatchReceipt
from syntha.undo import UndoPlan, UndoReceipt
from syntha.v1 import context_mesh_service_pb2, item_pb2
from syntha.v1 import tool_handler_service_pb2 as wire

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
        if_claim: FencingToken | Holding | None = None,
        request_id: str | None = None,
    ) -> Plan[PushReceipt]:
        """Adds an item, or replaces one that the agent can read. The agent can always read what it pushed. The arguments mean what they
        mean in ContextMesh.push. `topic` is one more of the topics."""
        agent_name = yield from self._ready()
        every_topic = ([] if topic is None else [topic]) + names_of(topics, "topics")
        item = item_of(key, data, every_topic, subscribers, ttl, if_revision, metadata)
        request = context_mesh_service_pb2.PushRequest(as_agent=agent_name, item=item)
        yield from guard(self, request, if_claim)
        response = yield write("ToolHandler/PushContext", request, request_id)
        return PushReceipt(Position._from(response.position), response.replayed, request.request_id)

    @operation
    def patch_context(
        self,
        key: str,
        patch: Patch,
        *,
        if_revision: int | None = None,
        if_claim: FencingToken | Holding | None = None,
        request_id: str | None = None,
    ) -> Plan[PatchReceipt]:
        """Changes the value of an item that the agent can read. The author stays. The arguments mean what they mean in
        ContextMesh.patch."""
        request = patch_request((yield from self._ready()), key, patch, if_revision)
        yield from guard(self, request, if_claim)
        return patch_receipt(request, (yield write("ToolHandler/PatchContext", request, request_id)))

    @operation
    def commit_context(
        self,
        operations: Iterable[Operation],
        *,
        guards: Mapping[str, int] | None = None,
        if_claim: FencingToken | Holding | Iterable[FencingToken | Holding] | None = None,
        request_id: str | None = None,
    ) -> Plan[CommitReceipt]:
        """Carries out several operations as one command: all of them or none. The arguments mean what they mean in ContextMesh.commit. An
        agent may not set topics. To a guard, an item that the agent cannot read does not exist."""
        request = commit_request((yield from self._ready()), operations, guards, tokens_of(if_claim))
        if if_claim is not None:
            yield from check_claims(self)
        return commit_receipt(request, (yield write("ToolHandler/CommitContext", request, request_id)))

    @operation
    def plan_undo_context(
        self,
        *,
        command: Position | None = None,
        after: Position | None = None,
        through: Position | None = None,
        keys_only: bool = False,
        page_size: int = 0,
    ) -> Plan[UndoPlan]:
        """Tells what an undo of the agent's own changes would do. It needs the owner's permission to read the past. The arguments mean what
        they mean in ContextMesh.plan_undo."""
        scope = scope_of(command, after, through, None)
        return (yield from planned("ToolHandler/PlanUndoContext", (yield from self._ready()), scope, keys_only, page_size))

    @operation
    def undo_context(
        self, plan: UndoPlan, *, all_or_nothing: bool = False, request_id: str | None = None
    ) -> Plan[UndoReceipt]:
        """Takes back what the agent has written itself, as plan_undo_context has told. See ContextMesh.undo."""
        agent_name = yield from self._ready()
        if plan_of(plan).agent_name != agent_name:
            whose = "the owner" if plan.agent_name is None else repr(plan.agent_name)
            raise invalid(f"The plan was made for {whose}, and not for {agent_name!r}.", "plan", plan)
        return (yield from undone("ToolHandler/UndoContext", agent_name, plan, all_or_nothing, request_id))

    @operation
    def get_context(self, key: str) -> Plan[Any]:
        """The value. None: there is none that the agent may read, or the value is null. has_context tells these apart."""
        agent_name = yield from self._ready()
        request = context_mesh_service_pb2.GetRequest(as_agent=agent_name, key=text_of(key, "key"))
        return value_in((yield Rpc("ToolHandler/GetContext", request)))

    @operation
    def get_context_item(self, key: str) -> Plan[ContextItem | None]:
        """The item with its routing, revision and times, or None."""
        agent_name = yield from self._ready()
        request = context_mesh_service_pb2.GetRequest(as_agent=agent_name, key=text_of(key, "key"))
        response = yield Rpc("ToolHandler/GetContext", request)
        return ContextItem._from(response.item) if response.HasField("item") else None

    @operation
    def has_context(self, key: str) -> Plan[bool]:
        """Whether the agent can read an item with this key."""
        agent_name = yield from self._ready()
        response = yield Rpc("ToolHandler/HasContext", wire.HasContextRequest(as_agent=agent_name, key=text_of(key, "key")))
        return response.exists

    @operation
    def remove_context(
        self,
        key: str,
        *,
        if_revision: int | None = None,
        if_claim: FencingToken | Holding | None = None,
        request_id: str | None = None,
    ) -> Plan[bool]:
        """Removes an item that the agent can read. False: there is none. if_claim: see push_context."""
        agent_name = yield from self._ready()
        request = context_mesh_service_pb2.RemoveRequest(
            as_agent=agent_name, key=text_of(key, "key"), if_revision=revision_of(if_revision)
        )
        yield from guard(self, request, if_claim)
        response = yield write("ToolHandler/RemoveContext", request, request_id)
        return response.removed

    @operation
    def list_context_keys(self) -> Plan[list[str]]:
        """The keys that the agent can read, in byte order."""
        agent_name = yield from self._ready()
        request = context_mesh_service_pb2.ListRequest(as_agent=agent_name, view=item_pb2.ITEM_VIEW_KEYS, page_size=_MOST_KEYS)
        return (yield from pages("ToolHandler/ListContext", request, lambda page: (item.key for item in page.items)))

    @operation
    def list_topics(self) -> Plan[list[str]]:
        """The topics that exist for the agent, in byte order. An agent is subscribed to such a topic, or an item that this agent can read
        carries it."""
        agent_name = yield from self._ready()
        request = context_mesh_service_pb2.ListTopicsRequest(as_agent=agent_name, page_size=_MOST_TOPICS)
        return (yield from pages("ToolHandler/ListTopics", request, lambda page: (topic.name for topic in page.topics)))

    @operation
    def get_context_by_topic(self, topic: str) -> Plan[dict[str, Any]]:
        """`{key: value}` of the items that carry the topic and that the agent can read."""
        return (yield from self._values(item_pb2.ItemFilter(topics=[text_of(topic, "topic")])))

    @operation
    def get_context_pattern(self, pattern: str) -> Plan[dict[str, Any]]:
        """`{key: value}` of the items whose whole key matches the pattern: `*` any run, `?` one character, `[a-z]`, `[!a-z]`."""
        return (yield from self._values(item_pb2.ItemFilter(key_glob=text_of(pattern, "pattern"))))

    @operation
    def clear_all_context(self) -> Plan[int]:
        """Removes everything of this user, as ContextMesh.clear does. With a credential that is limited to this agent it removes the items
        that the agent wrote."""
        yield from self._ready()
        try:
            response = yield write("ContextMesh/Clear", context_mesh_service_pb2.ClearRequest())
        except SynthaError as error:
            if error.reason != "OWNER_REQUIRED":
                raise
            return (yield from self._clear_own())
        return response.removed_items

    @operation
    def clear_own_context(self) -> Plan[int]:
        """Removes the items that this agent wrote. Subscriptions stay."""
        return (yield from self._clear_own())

    @operation
    def unsubscribe_from_topics(self, topics: Iterable[str]) -> Plan[dict[str, list[str]]]:
        """Takes topics from the agent's subscriptions. Returns topics_unsubscribed, topics_not_subscribed and remaining_topics."""
        agent_name = yield from self._ready()
        request = context_mesh_service_pb2.UnsubscribeFromTopicsRequest(agent=agent_name, topics=some_names_of(topics, "topics"))
        response = yield write("ToolHandler/UnsubscribeFromTopics", request)
        return {
            "topics_unsubscribed": list(response.unsubscribed_topics),
            "topics_not_subscribed": list(response.not_subscribed_topics),
            "remaining_topics": list(response.topics),
        }

    def _clear_own(self) -> Plan[int]:
        agent_name = yield from self._ready()
        response = yield write("ToolHandler/ClearContext", context_mesh_service_pb2.ClearRequest(as_agent=agent_name))
        return response.removed_items

    def _values(self, items: item_pb2.ItemFilter) -> Plan[dict[str, Any]]:
        agent_name = yield from self._ready()
        request = context_mesh_service_pb2.ListRequest(as_agent=agent_name, filter=items, page_size=_MOST_ITEMS)
        listed = yield from pages("ToolHandler/ListContext", request, lambda page: map(ContextItem._from, page.items))
        return {item.key: item.value for item in listed}
