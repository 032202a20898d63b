"""Pushing, removing, clearing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from syntha._calls.plan import Plan, operation, write
from syntha._mesh.requests import duration_of, json_of, names_of, notes_of
from syntha.items import Position, PushReceipt
from syntha.v1 import context_mesh_pb2 as wire


@dataclass(frozen=True)
class PushEntry:
    """One item of a push_many; members are those of push."""

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
        """Adds an item, or replaces it. Durable when it returns.

        value: any JSON value, None included; it is copied. Without subscribers and topics every agent of the user reads it; with both,
        either will do. ttl: seconds to live; None: it never expires; zero or negative: it expires at once. if_revision: 0, the key must
        be new; n, the item's revision must be n (else SynthaConflictError). agent_name: the agent that writes; None: the owner.
        """
        request = wire.PushRequest(
            key=key,
            value_json=json_of(value),
            topics=names_of(topics, "topics"),
            subscribers=names_of(subscribers, "subscribers"),
            ttl=duration_of(ttl),
            if_revision=if_revision,
            agent_name=agent_name,
            metadata_json=notes_of(metadata),
        )
        response = yield write("ContextMesh/Push", request, request_id)
        return PushReceipt(Position._from(response.position), response.replayed, request.request_id)

    @operation
    def push_many(
        self, entries: Iterable[PushEntry], *, agent_name: str | None = None, request_id: str | None = None
    ) -> Plan[PushReceipt]:
        """Pushes several items as one command: all of them or none. A key may be named once only."""
        request = wire.PushManyRequest(entries=[_entry_of(entry) for entry in entries], agent_name=agent_name)
        response = yield write("ContextMesh/PushMany", request, request_id)
        return PushReceipt(Position._from(response.position), response.replayed, request.request_id)

    @operation
    def remove(
        self, key: str, *, agent_name: str | None = None, if_revision: int | None = None, request_id: str | None = None
    ) -> Plan[bool]:
        """Removes an item. False: there was none (for an agent: none that it can read)."""
        request = wire.RemoveRequest(key=key, agent_name=agent_name, if_revision=if_revision)
        response = yield write("ContextMesh/Remove", request, request_id)
        return response.removed

    @operation
    def clear(self, *, agent_name: str | None = None, request_id: str | None = None) -> Plan[int]:
        """Removes this user's items, subscriptions and permissions, and nobody else's. As an agent: the items that it wrote. Returns how
        many live items there were."""
        response = yield write("ContextMesh/Clear", wire.ClearRequest(agent_name=agent_name), request_id)
        return response.removed_items

    @operation
    def cleanup_expired(self, *, agent_name: str | None = None, request_id: str | None = None) -> Plan[int]:
        """Purges this user's expired items, and returns how many. Nobody reads them anyway: it only changes what is counted."""
        response = yield write("ContextMesh/CleanupExpired", wire.CleanupExpiredRequest(agent_name=agent_name), request_id)
        return response.purged_items


def _entry_of(entry: PushEntry) -> wire.PushManyEntry:
    return wire.PushManyEntry(
        key=entry.key,
        value_json=json_of(entry.value),
        topics=names_of(entry.topics, "topics"),
        subscribers=names_of(entry.subscribers, "subscribers"),
        ttl=duration_of(entry.ttl),
        if_revision=entry.if_revision,
        metadata_json=notes_of(entry.metadata),
    )
