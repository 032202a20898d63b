"""Pushing, removing, clearing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from syntha._arguments import optional_text, text_of, wrong_type
from syntha._calls.plan import Plan, operation, write
from syntha._mesh.requests import item_of, revision_of
from syntha.items import Position, PushReceipt
from syntha.v1 import context_mesh_service_pb2 as wire


@dataclass(frozen=True)
class PushEntry:
    """One item of a push_many. Its members mean what they mean in push."""

    key: str
    value: Any
    subscribers: Iterable[str] | None = None
    topics: Iterable[str] | None = None
    ttl: float | timedelta | None = None
    if_revision: int | None = None
    metadata: Mapping[str, Any] | None = None


class Writing:
    @operation
    def push(
        self,
        key: str,
        value: Any,
        subscribers: Iterable[str] | None = None,
        topics: Iterable[str] | None = None,
        ttl: float | timedelta | None = None,
        *,
        agent_name: str | None = None,
        if_revision: int | None = None,
        metadata: Mapping[str, Any] | None = None,
        request_id: str | None = None,
    ) -> Plan[PushReceipt]:
        """Adds an item, or replaces it. The item is durable when the call returns.

        value: any JSON value, also None. It is copied. Without subscribers and topics every agent of the user reads the item. With both,
        the agents of either read it. ttl: seconds to live. None: the item never expires. Zero or negative: it is expired at once.
        if_revision: 0, the key must be new; n, the item's revision must be n. Otherwise the call raises SynthaConflictError. agent_name:
        the agent that writes. None: the owner.
        """
        item = item_of(key, value, topics, subscribers, ttl, if_revision, metadata)
        request = wire.PushRequest(item=item, as_agent=optional_text(agent_name, "agent_name"))
        response = yield write("ContextMesh/Push", request, request_id)
        return PushReceipt(Position._from(response.position), response.replayed, request.request_id)

    @operation
    def push_many(
        self, entries: Iterable[PushEntry], *, agent_name: str | None = None, request_id: str | None = None
    ) -> Plan[PushReceipt]:
        """Pushes several items as one command: all of them or none. Each key may occur once."""
        items = [
            item_of(entry.key, entry.value, entry.topics, entry.subscribers, entry.ttl, entry.if_revision, entry.metadata)
            for entry in map(_entry_of, entries)
        ]
        request = wire.PushManyRequest(items=items, as_agent=optional_text(agent_name, "agent_name"))
        response = yield write("ContextMesh/PushMany", request, request_id)
        return PushReceipt(Position._from(response.position), response.replayed, request.request_id)

    @operation
    def remove(
        self, key: str, *, agent_name: str | None = None, if_revision: int | None = None, request_id: str | None = None
    ) -> Plan[bool]:
        """Removes an item. False: there was none. With an agent: there was none that it can read."""
        request = wire.RemoveRequest(
            key=text_of(key, "key"), as_agent=optional_text(agent_name, "agent_name"), if_revision=revision_of(if_revision)
        )
        response = yield write("ContextMesh/Remove", request, request_id)
        return response.removed

    @operation
    def clear(self, *, agent_name: str | None = None, request_id: str | None = None) -> Plan[int]:
        """Removes the items, subscriptions and permissions of this user, and of no other. With an agent: the items that it wrote. Returns
        how many live items there were."""
        response = yield write("ContextMesh/Clear", wire.ClearRequest(as_agent=optional_text(agent_name, "agent_name")), request_id)
        return response.removed_items

    @operation
    def cleanup_expired(self, *, agent_name: str | None = None, request_id: str | None = None) -> Plan[int]:
        """Purges this user's expired items, and returns how many. No read returns them anyway: only the counts change."""
        request = wire.CleanupExpiredRequest(as_agent=optional_text(agent_name, "agent_name"))
        response = yield write("ContextMesh/CleanupExpired", request, request_id)
        return response.purged_items


def _entry_of(entry: Any) -> PushEntry:
    if not isinstance(entry, PushEntry):
        raise wrong_type("An entry of push_many", entry, "a PushEntry")
    return entry
