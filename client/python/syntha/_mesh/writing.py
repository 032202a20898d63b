"""Pushing, patching, committing, removing, clearing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from syntha._arguments import optional_text, text_of, wrong_type
from syntha._calls.plan import Plan, operation, write
from syntha._claims.requests import Holding, check_claims, guard, tokens_of
from syntha._mesh.committing import commit_receipt, commit_request, patch_receipt, patch_request, pushed
from syntha._mesh.requests import item_of, revision_of
from syntha.claims import FencingToken
from syntha.commits import CommitReceipt, Operation, PushEntry
from syntha.items import Position, PushReceipt
from syntha.patches import Patch, PatchReceipt
from syntha.v1 import context_mesh_service_pb2 as wire


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
        if_claim: FencingToken | Holding | None = None,
        metadata: Mapping[str, Any] | None = None,
        request_id: str | None = None,
    ) -> Plan[PushReceipt]:
        """Adds an item, or replaces it. The item is durable when the call returns.

        value: any JSON value, also None. It is copied. Without subscribers and topics every agent of the user reads the item. With both,
        the agents of either read it. ttl: seconds to live. None: the item never expires. Zero or negative: it is expired at once.
        if_revision: 0, the key must be new; n, the item's revision must be n. Otherwise the call raises SynthaConflictError. agent_name:
        the agent that writes. None: the owner. if_claim: a claim, or its token, whose bearer must hold it still. Otherwise the call raises
        SynthaClaimLostError.
        """
        item = item_of(key, value, topics, subscribers, ttl, if_revision, metadata)
        request = wire.PushRequest(item=item, as_agent=optional_text(agent_name, "agent_name"))
        yield from guard(self, request, if_claim)
        response = yield write("ContextMesh/Push", request, request_id)
        return PushReceipt(Position._from(response.position), response.replayed, request.request_id)

    @operation
    def push_many(
        self,
        entries: Iterable[PushEntry],
        *,
        agent_name: str | None = None,
        if_claim: FencingToken | Holding | None = None,
        request_id: str | None = None,
    ) -> Plan[PushReceipt]:
        """Pushes several items as one command: all of them or none. Each key may occur once. if_claim: see push."""
        items = [pushed(_entry_of(entry)) for entry in entries]
        request = wire.PushManyRequest(items=items, as_agent=optional_text(agent_name, "agent_name"))
        yield from guard(self, request, if_claim)
        response = yield write("ContextMesh/PushMany", request, request_id)
        return PushReceipt(Position._from(response.position), response.replayed, request.request_id)

    @operation
    def patch(
        self,
        key: str,
        patch: Patch,
        *,
        agent_name: str | None = None,
        if_revision: int | None = None,
        if_claim: FencingToken | Holding | None = None,
        request_id: str | None = None,
    ) -> Plan[PatchReceipt]:
        """Changes the value of an item on the server, so that no write of another comes in between. The item keeps its routing, author,
        metadata and time to live. With an agent: an item that it can read.

        if_revision: the item's revision must be this. A patch that does not apply to the present value, or finds no item, raises
        SynthaConflictError, and nothing is changed. A patch that changes nothing makes no revision. if_claim: see push.
        """
        request = patch_request(optional_text(agent_name, "agent_name"), key, patch, if_revision)
        yield from guard(self, request, if_claim)
        return patch_receipt(request, (yield write("ContextMesh/Patch", request, request_id)))

    @operation
    def commit(
        self,
        operations: Iterable[Operation],
        *,
        guards: Mapping[str, int] | None = None,
        if_claim: FencingToken | Holding | Iterable[FencingToken | Holding] | None = None,
        agent_name: str | None = None,
        request_id: str | None = None,
    ) -> Plan[CommitReceipt]:
        """Carries out several operations as one command with one revision: all of them or none. An operation is a PushEntry, a PatchEntry,
        a RemoveEntry, a TopicsEntry, a ClaimEntry or a ReleaseEntry.

        Each key, each agent's topics and each claim may occur in one operation only: every operation sees the mesh as it was before.
        guards: the revisions that items must have, by their keys. 0: there must be no such item. The operations need not touch these keys.
        When a guard does not hold, or a patch does not apply, the call raises SynthaConflictError, and nothing is changed. if_claim: one
        claim or several, which the caller must hold before the commit, as in push.
        """
        request = commit_request(optional_text(agent_name, "agent_name"), operations, guards, tokens_of(if_claim))
        if if_claim is not None:
            yield from check_claims(self)
        return commit_receipt(request, (yield write("ContextMesh/Commit", request, request_id)))

    @operation
    def remove(
        self,
        key: str,
        *,
        agent_name: str | None = None,
        if_revision: int | None = None,
        if_claim: FencingToken | Holding | None = None,
        request_id: str | None = None,
    ) -> Plan[bool]:
        """Removes an item. False: there was none. With an agent: there was none that it can read. if_claim: see push."""
        request = wire.RemoveRequest(
            key=text_of(key, "key"), as_agent=optional_text(agent_name, "agent_name"), if_revision=revision_of(if_revision)
        )
        yield from guard(self, request, if_claim)
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
