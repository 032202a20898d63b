"""Commits: several operations as one command. All of them are carried out, or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from syntha._claims.requests import Holding
from syntha.claims import ClaimState, FencingToken
from syntha.items import Position
from syntha.patches import Patch


@dataclass(frozen=True)
class PushEntry:
    """One item of a push_many, or a push of a commit. Its members mean what they mean in push."""

    key: str
    value: Any
    subscribers: Iterable[str] | None = None
    topics: Iterable[str] | None = None
    ttl: float | timedelta | None = None
    if_revision: int | None = None
    metadata: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class PatchEntry:
    """A patch of a commit. Its members mean what they mean in patch."""

    key: str
    patch: Patch
    if_revision: int | None = None


@dataclass(frozen=True)
class RemoveEntry:
    """A removal of a commit. A key without an item that the caller can read is no error."""

    key: str
    if_revision: int | None = None


@dataclass(frozen=True)
class TopicsEntry:
    """The topics that an agent is subscribed to from the commit on. The list replaces the former one. Only the owner may commit it."""

    agent: str
    topics: Iterable[str]


@dataclass(frozen=True)
class ClaimEntry:
    """A claim of a commit. Its members mean what they mean in claim. When another holds the name, the commit raises
    SynthaClaimHeldError."""

    name: str
    lease: float | timedelta | None = None
    topics: Iterable[str] | None = None
    subscribers: Iterable[str] | None = None


@dataclass(frozen=True)
class ReleaseEntry:
    """Gives back a claim with a commit. Together with `if_claim` a program writes its result and releases the claim at once."""

    claim: FencingToken | Holding
    """The claim that the caller holds, or its token."""


Operation = PushEntry | PatchEntry | RemoveEntry | TopicsEntry | ClaimEntry | ReleaseEntry
"""An operation of a commit."""


@dataclass(frozen=True)
class OperationResult:
    """The result of one operation of a commit."""

    removed: bool
    """For a removal: whether there was an item to remove."""
    result: Any
    """For a patch: what PatchReceipt.result is. None for other operations."""
    claim: ClaimState | None = None
    """For a claim: the claim with its token. `Claim(mesh, result.claim)` renews and releases it. None for other operations."""


@dataclass(frozen=True)
class CommitReceipt:
    """The answer to a commit, which is durable."""

    position: Position
    """The position of the command, or the mesh's when nothing was changed. Its revision is that of every item that was written."""
    replayed: bool
    """Whether the server knew the `request_id`, so that this is the first call's answer."""
    request_id: str
    """The id that the commit carried."""
    results: tuple[OperationResult, ...]
    """One for each operation, in their order."""
