"""From patches and commits of callers to the contract's messages, and from its answers to receipts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from syntha._arguments import mapping_of, some_names_of, text_of, wrong_type
from syntha._claims.requests import claim_write, token_of
from syntha._mesh.requests import guard_of, item_of, revision_of
from syntha.claims import ClaimState
from syntha.commits import (
    ClaimEntry,
    CommitReceipt,
    Operation,
    OperationResult,
    PatchEntry,
    PushEntry,
    ReleaseEntry,
    RemoveEntry,
    TopicsEntry,
)
from syntha.items import Position
from syntha.patches import Patch, PatchReceipt, patch_of, result_in
from syntha.v1 import claim_pb2
from syntha.v1 import commit_pb2 as wire
from syntha.v1 import context_mesh_service_pb2 as mesh
from syntha.v1 import item_pb2


def pushed(entry: PushEntry) -> item_pb2.ItemWrite:
    return item_of(entry.key, entry.value, entry.topics, entry.subscribers, entry.ttl, entry.if_revision, entry.metadata)


def patch_request(agent_name: str | None, key: str, patch: Patch, if_revision: int | None) -> mesh.PatchRequest:
    return mesh.PatchRequest(as_agent=agent_name, patch=_patched(key, patch, if_revision))


def patch_receipt(request: mesh.PatchRequest, response: mesh.PatchResponse) -> PatchReceipt:
    return PatchReceipt(Position._from(response.position), response.replayed, request.request_id, result_in(response))


def commit_request(
    agent_name: str | None,
    operations: Iterable[Operation],
    guards: Mapping[str, int] | None,
    if_claim: list[claim_pb2.FencingToken],
) -> mesh.CommitRequest:
    if not isinstance(operations, Iterable):
        raise wrong_type("operations", operations, "a list of entries")
    return mesh.CommitRequest(
        as_agent=agent_name,
        operations=[_operation_of(entry) for entry in operations],
        guards=[*([] if guards is None else _guards_of(guards)), *(wire.Guard(if_claim=token) for token in if_claim)],
    )


def commit_receipt(request: mesh.CommitRequest, response: mesh.CommitResponse) -> CommitReceipt:
    results = tuple(map(_result_of, response.results))
    return CommitReceipt(Position._from(response.position), response.replayed, request.request_id, results)


def _result_of(result: wire.OperationResult) -> OperationResult:
    claim = ClaimState._from(result.claim) if result.HasField("claim") else None
    return OperationResult(result.removed, result_in(result), claim)


def _operation_of(entry: Any) -> wire.Operation:
    match entry:
        case PushEntry():
            return wire.Operation(push=pushed(entry))
        case PatchEntry():
            return wire.Operation(patch=_patched(entry.key, entry.patch, entry.if_revision))
        case RemoveEntry():
            return wire.Operation(remove=wire.ItemRemoval(key=text_of(entry.key, "key"), if_revision=revision_of(entry.if_revision)))
        case TopicsEntry():
            topics = some_names_of(entry.topics, "topics")
            return wire.Operation(topics=wire.TopicsChange(agent=text_of(entry.agent, "agent"), topics=topics))
        case ClaimEntry():
            return wire.Operation(claim=claim_write(entry.name, entry.lease, entry.topics, entry.subscribers))
        case ReleaseEntry():
            return wire.Operation(release=claim_pb2.ClaimRelease(token=token_of(entry.claim, "The claim of a ReleaseEntry")))
    raise wrong_type(
        "An operation of commit", entry, "a PushEntry, PatchEntry, RemoveEntry, TopicsEntry, ClaimEntry or ReleaseEntry"
    )


def _patched(key: str, patch: Patch, if_revision: int | None) -> wire.ItemPatch:
    return patch_of(patch)._to_wire(text_of(key, "key"), revision_of(if_revision))


def _guards_of(guards: Mapping[str, int]) -> list[wire.Guard]:
    given = mapping_of(guards, "guards", "a dict of keys and the revisions that they must have")
    return [
        wire.Guard(if_revision=wire.RevisionGuard(key=text_of(key, "A key of guards"), revision=guard_of(revision, f"guards[{key!r}]")))
        for key, revision in given.items()
    ]
