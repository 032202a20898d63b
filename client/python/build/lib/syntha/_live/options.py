"""What a subscription is about, and where it starts: from a caller's arguments to the contract's request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from syntha._mesh.requests import duration_of, names_of
from syntha.events import ChangeKind
from syntha.items import Position
from syntha.v1 import context_mesh_pb2, stream_pb2, tool_handler_pb2

_SHORTEST_HEARTBEAT = 1.0
_LONGEST_HEARTBEAT = 60.0

OpenRequest = Callable[[stream_pb2.StreamStart, bool], Any]


@dataclass(frozen=True)
class SubscriptionPlan:
    """A stream that is still to be opened, as often as it takes."""

    method: str
    request: OpenRequest
    """The request for a start; and whether the stream resumes, and so registers nothing."""
    after: Position | None
    snapshot: bool
    heartbeat: float


def follow_mesh(
    agent_name: str | None, filters: stream_pb2.StreamFilter, after: Position | None, snapshot: bool, heartbeat: float
) -> SubscriptionPlan:
    def request(start: stream_pb2.StreamStart, _resumes: bool) -> context_mesh_pb2.SubscribeRequest:
        return context_mesh_pb2.SubscribeRequest(
            agent_name=agent_name, filter=filters, start=start, heartbeat=duration_of(heartbeat)
        )

    return _plan("ContextMesh/Subscribe", request, after, snapshot, heartbeat)


def follow_topics(
    agent_name: str,
    topics: Iterable[str],
    filters: stream_pb2.StreamFilter,
    after: Position | None,
    snapshot: bool,
    heartbeat: float,
) -> SubscriptionPlan:
    names = names_of(topics, "topics")

    def request(start: stream_pb2.StreamStart, resumes: bool) -> tool_handler_pb2.SubscribeToTopicsRequest:
        return tool_handler_pb2.SubscribeToTopicsRequest(
            agent_name=agent_name, topics=names, filter=filters, start=start, heartbeat=duration_of(heartbeat), resumes=resumes
        )

    return _plan("ToolHandler/SubscribeToTopics", request, after, snapshot, heartbeat)


def filter_of(
    topics: Iterable[str] = (),
    key_prefix: str = "",
    key_glob: str | None = None,
    kinds: Iterable[ChangeKind] = (),
    keys_only: bool = False,
    include_agents: bool = False,
) -> stream_pb2.StreamFilter:
    return stream_pb2.StreamFilter(
        topics=names_of(topics, "topics"),
        key_prefix=key_prefix,
        key_glob=key_glob,
        kinds=[kind.value for kind in kinds],  # type: ignore[misc]
        keys_only=keys_only,
        include_agents=include_agents,
    )


def _plan(method: str, request: OpenRequest, after: Position | None, snapshot: bool, heartbeat: float) -> SubscriptionPlan:
    if after is not None and snapshot:
        raise ValueError("A subscription starts after a position or with a snapshot: give one of them.")
    if not _SHORTEST_HEARTBEAT <= heartbeat <= _LONGEST_HEARTBEAT:
        raise ValueError(f"heartbeat is {heartbeat} seconds. Give {_SHORTEST_HEARTBEAT:g} to {_LONGEST_HEARTBEAT:g}.")
    return SubscriptionPlan(method, request, after, snapshot, heartbeat)
