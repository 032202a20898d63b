"""From the arguments of a subscription to the contract's request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from syntha._arguments import invalid, names_of, number_of, optional_text, text_of, wrong_type
from syntha._mesh.requests import duration_of, view_of
from syntha.events import ChangeKind
from syntha.items import Position
from syntha.v1 import context_mesh_service_pb2, item_pb2, stream_pb2, tool_handler_service_pb2

_SHORTEST_HEARTBEAT = 1.0
_LONGEST_HEARTBEAT = 60.0

OpenRequest = Callable[[stream_pb2.StreamStart, bool], Any]


@dataclass(frozen=True)
class Selection:
    """Which changes a subscription is about, and how much of the items it delivers."""

    filter: item_pb2.ItemFilter
    view: item_pb2.ItemView
    kinds: list[Any]

    @staticmethod
    def of(
        topics: Iterable[str], key_prefix: str, key_glob: str | None, kinds: Iterable[ChangeKind], keys_only: bool
    ) -> Selection:
        items = item_pb2.ItemFilter(
            topics=names_of(topics, "topics"), key_prefix=text_of(key_prefix, "key_prefix"), key_glob=optional_text(key_glob, "key_glob")
        )
        return Selection(items, view_of(keys_only), [_kind_of(kind) for kind in kinds])


@dataclass(frozen=True)
class SubscriptionPlan:
    """How to open the streams of a subscription, one after the other."""

    method: str
    request: OpenRequest
    """Makes the request of a stream. It takes the start, and whether the stream goes on with a subscription that was registered."""
    after: Position | None
    snapshot: bool
    heartbeat: float


def follow_mesh(
    agent_name: str | None,
    selection: Selection,
    include_agents: bool,
    include_claims: bool,
    after: Position | None,
    snapshot: bool,
    heartbeat: float,
) -> SubscriptionPlan:
    agent = optional_text(agent_name, "agent_name")

    def request(start: stream_pb2.StreamStart, _resumes: bool) -> context_mesh_service_pb2.SubscribeRequest:
        return context_mesh_service_pb2.SubscribeRequest(
            as_agent=agent,
            filter=selection.filter,
            view=selection.view,
            start=start,
            heartbeat=duration_of(heartbeat, "heartbeat"),
            kinds=selection.kinds,
            include_agents=include_agents,
            include_claims=include_claims,
        )

    return _plan("ContextMesh/Subscribe", request, after, snapshot, heartbeat)


def follow_topics(
    agent_name: str, selection: Selection, include_claims: bool, after: Position | None, snapshot: bool, heartbeat: float
) -> SubscriptionPlan:
    def request(start: stream_pb2.StreamStart, resumes: bool) -> tool_handler_service_pb2.SubscribeToTopicsRequest:
        return tool_handler_service_pb2.SubscribeToTopicsRequest(
            as_agent=agent_name,
            filter=selection.filter,
            view=selection.view,
            start=start,
            heartbeat=duration_of(heartbeat, "heartbeat"),
            kinds=selection.kinds,
            skip_registration=resumes,
            include_claims=include_claims,
        )

    return _plan("ToolHandler/SubscribeToTopics", request, after, snapshot, heartbeat)


def _plan(method: str, request: OpenRequest, after: Position | None, snapshot: bool, heartbeat: float) -> SubscriptionPlan:
    if after is not None and snapshot:
        both = "after and snapshot are both given. A subscription starts after a position or with a snapshot: give one of them."
        raise invalid(both, "after", after)
    if after is not None and not isinstance(after, Position):
        raise wrong_type("after", after, "a Position")
    if not _SHORTEST_HEARTBEAT <= number_of(heartbeat, "heartbeat", "a number of seconds") <= _LONGEST_HEARTBEAT:
        raise invalid(f"heartbeat is {heartbeat} seconds. Give {_SHORTEST_HEARTBEAT:g} to {_LONGEST_HEARTBEAT:g}.", "heartbeat", heartbeat)
    return SubscriptionPlan(method, request, after, snapshot, heartbeat)


def _kind_of(kind: Any) -> Any:
    if not isinstance(kind, ChangeKind):
        raise wrong_type("A kind of change", kind, "a member of ChangeKind")
    return kind.value
