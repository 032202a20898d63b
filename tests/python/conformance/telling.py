"""From the client's objects to the contract's JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from typing import Any

from syntha import (
    PREDEFINED_ROLES,
    AgentAccess,
    ClaimState,
    ClaimWaiting,
    CommitReceipt,
    ContextItem,
    FencingToken,
    ItemDifference,
    ItemVersion,
    PatchReceipt,
    PlannedUndo,
    Position,
    PostPermissions,
    PushReceipt,
    RedactReceipt,
    UndoReceipt,
)
from syntha.events import (
    AgentState,
    ContextChange,
    ContextEvent,
    Committed,
    Established,
    Reset,
    SnapshotCompleted,
    SnapshotItems,
    SnapshotStarted,
)
from syntha.reports import AgentOutcome


def position(position: Position) -> dict[str, Any]:
    return {"epoch": position.epoch, "revision": str(position.revision)}


def receipt(receipt: PushReceipt | PatchReceipt | CommitReceipt | UndoReceipt | RedactReceipt) -> dict[str, Any]:
    return {"position": position(receipt.position), "replayed": receipt.replayed}


def patch_receipt(told: PatchReceipt) -> dict[str, Any]:
    return {**receipt(told), **given(resultJson=_text(told.result))}


def commit_receipt(told: CommitReceipt) -> dict[str, Any]:
    results = [
        given(removed=one.removed, resultJson=_text(one.result), claim=one.claim and claim(one.claim)) for one in told.results
    ]
    return {**receipt(told), "results": results}


def item(item: ContextItem) -> dict[str, Any]:
    assert item.value_json is None or item.value == json.loads(item.value_json), "The value is not what its text says."
    return given(
        key=item.key,
        valueJson=item.value_json,
        topics=list(item.topics),
        subscribers=list(item.subscribers),
        author=item.author,
        revision=str(item.revision),
        updateTime=item.update_time.isoformat(),
        expireTime=item.expire_time and item.expire_time.isoformat(),
        metadataJson=None if item.metadata is None else text(item.metadata),
        redacted=item.redacted,
    )


def version(version: ItemVersion) -> dict[str, Any]:
    return given(
        position=position(version.position),
        index=version.index,
        commitTime=version.time.isoformat(),
        kind=f"CHANGE_KIND_{version.kind.name}",
        author=version.author,
        item=version.item and item(version.item),
        redacted=version.redacted,
        redactedRevision=_count(version.redacted_revision),
    )


def difference(difference: ItemDifference) -> dict[str, Any]:
    return given(
        key=difference.key,
        kind=f"CHANGE_KIND_{difference.kind.name}",
        before=difference.before and item(difference.before),
        after=difference.after and item(difference.after),
    )


def agent(agent: AgentState) -> dict[str, Any]:
    return given(topics=list(agent.topics), permissions=permissions(agent.permissions), access=access(agent.access))


def claim(claim: ClaimState) -> dict[str, Any]:
    return given(
        name=claim.name,
        holder=_party(claim.holder) if claim.is_held else None,
        token=claim.token and token(claim.token),
        expireTime=claim.expire_time and claim.expire_time.isoformat(),
        waiting=[_party(party) for party in claim.waiting],
        lease=_duration(claim.lease),
        topics=list(claim.topics),
        subscribers=list(claim.subscribers),
    )


def held(held: Any) -> dict[str, Any]:
    """A claim that the client holds."""
    return given(
        name=held.name, token=token(held.token), expireTime=held.expire_time and held.expire_time.isoformat(), lease=_duration(held.lease)
    )


def token(token: FencingToken) -> dict[str, Any]:
    return {"name": token.name, "position": position(token.position)}


def waiting(waiting: ClaimWaiting) -> dict[str, Any]:
    return {"place": waiting.place, "claim": claim(waiting.claim)}


def undo(undo: PlannedUndo) -> dict[str, Any]:
    obstacle = undo.obstacle and given(
        kind=f"UNDO_OBSTACLE_KIND_{undo.obstacle.kind.name}", revision=str(undo.obstacle.revision), author=undo.obstacle.author
    )
    return given(
        key=undo.key,
        kind=undo.kind and f"CHANGE_KIND_{undo.kind.name}",
        present=undo.present and item(undo.present),
        restored=undo.restored and item(undo.restored),
        restoredAgent=undo.restored_agent and agent(undo.restored_agent),
        obstacle=obstacle,
        formerExpired=undo.former_expired,
    )


def undo_receipt(told: UndoReceipt) -> dict[str, Any]:
    return {**receipt(told), "undone": str(told.undone), "leftAlone": str(told.left_alone)}


def values(values: dict[str, Any]) -> dict[str, Any]:
    return {"items": [{"key": key, "valueJson": text(value)} for key, value in values.items()]}


def permissions(permissions: PostPermissions | None) -> dict[str, Any] | None:
    if permissions is None:
        return None
    return {
        "topics": list(permissions.topics),
        "mayPostGlobal": permissions.may_post_global,
        "mayPostDirect": permissions.may_post_direct,
    }


def tools(names: Iterable[str]) -> list[str]:
    return [f"TOOL_{name.upper()}" for name in names]


def access(access: AgentAccess | None) -> dict[str, Any] | None:
    if access is None:
        return None
    is_predefined = access.role in PREDEFINED_ROLES
    return given(
        predefinedRole=f"PREDEFINED_ROLE_{access.role.upper()}" if access.role and is_predefined else None,
        customRole={"name": access.role, "tools": tools(access.role_tools)} if access.role and not is_predefined else None,
        allowedTools=None if access.allowed_tools is None else {"tools": tools(access.allowed_tools)},
        deniedTools=tools(access.denied_tools),
        mayReadPast=access.may_read_past,
    )


def outcome(outcome: AgentOutcome) -> dict[str, Any]:
    report = given(
        taskType=outcome.task_type,
        success=outcome.success,
        duration=_duration(outcome.duration_seconds),
        error=outcome.error_message,
        inputJson=_text(outcome.input_context),
        outputJson=_text(outcome.output_data),
        metadataJson=_text(outcome.metadata),
    )
    time = datetime.fromtimestamp(outcome.timestamp, timezone.utc).isoformat()
    return {"number": str(outcome.number), "agent": outcome.agent_name, "logTime": time, "report": report}


def metrics(metrics: dict[str, Any]) -> dict[str, Any]:
    return given(
        total=str(metrics["total"]),
        succeeded=str(metrics["succeeded"]),
        failed=str(metrics["failed"]),
        successRate=metrics["success_rate"],
        errorRate=metrics["error_rate"],
        averageDuration=_duration(metrics["average_duration"]),
    )


def text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _text(value: Any) -> str | None:
    return None if value is None else text(value)


def given(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def told(events: Iterable[ContextEvent]) -> Iterator[dict[str, Any]]:
    """The events of the scenarios."""
    items: list[ContextItem] = []
    for event in events:
        if isinstance(event, Established):
            yield {"established": {"position": position(event.position), "snapshotFollows": event.is_snapshot_ahead}}
        elif isinstance(event, Committed):
            yield {"committed": {"revision": str(event.revision), "changes": [_change(change) for change in event.changes]}}
        elif isinstance(event, Reset):
            yield {"reset": {"reason": event.reason.value}}
        elif isinstance(event, SnapshotStarted):
            items = []
        elif isinstance(event, SnapshotItems):
            items += event.items
        elif isinstance(event, SnapshotCompleted):
            yield {"snapshot": {"position": position(event.position), "items": [item(one) for one in items]}}


def _party(agent_name: str | None) -> dict[str, Any]:
    return given(agent=agent_name)


def _count(number: int | None) -> str | None:
    return None if number is None else str(number)


def _duration(seconds: float | None) -> str | None:
    return None if seconds is None else f"{seconds:g}s"


def _change(change: ContextChange) -> dict[str, Any]:
    return given(
        kind=f"CHANGE_KIND_{change.kind.name}",
        revision=str(change.revision),
        index=change.index,
        key=change.key,
        item=change.item and item(change.item),
        agent=change.agent and agent(change.agent),
        commitTime=change.time.isoformat(),
        claim=change.claim and claim(change.claim),
        redactedRevision=_count(change.redacted_revision),
    )
