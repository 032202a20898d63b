"""The tools as functions of a mesh, without a handler. Every result has `success`: a failure is a result with `error`. With a mesh of
syntha.aio they return awaitables.

Four of them act as an agent. Discovering and deleting topics, and pushing without a sender, are the owner's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from syntha._arguments import mesh_of, number_of
from syntha._calls.plan import Plan
from syntha._mesh.topics import Topics
from syntha._mesh.writing import Writing
from syntha._tools.calling import failure_of
from syntha.exceptions import SynthaError

_POPULAR_FROM = 2
_MOST_SUGGESTIONS = 5


def handle_get_context_call(context_mesh: Any, agent_name: str, keys: Iterable[str] | None = None) -> Any:
    """The tool get_context, by the agent. See ToolHandler.handle_get_context."""
    return _as(context_mesh, agent_name, "get_context", keys=_listed(keys))


def handle_push_context_call(
    context_mesh: Any,
    key: str,
    value: Any,
    topics: Iterable[str] | None = None,
    subscribers: Iterable[str] | None = None,
    ttl_hours: float = 24.0,
    sender_agent: str | None = None,
) -> Any:
    """The tool push_context, by the sender. Without a sender it is the owner's push. value: text, which counts as JSON where it is JSON.
    ttl_hours: zero or less never expires. See ToolHandler.handle_push_context."""
    routing = {"topics": _listed(topics), "subscribers": _listed(subscribers)}
    if sender_agent:
        return _as(context_mesh, sender_agent, "push_context", key=key, value=value, ttl_hours=ttl_hours, **routing)
    return mesh_of(context_mesh, "a ContextMesh")._run(_result(_push(context_mesh, key, value, ttl_hours, routing), key=key))


def handle_list_context_call(context_mesh: Any, agent_name: str) -> Any:
    """The tool list_context, by the agent. See ToolHandler.handle_list_context."""
    return _as(context_mesh, agent_name, "list_context")


def handle_subscribe_to_topics_call(context_mesh: Any, topics: Iterable[str], agent_name: str) -> Any:
    """The tool subscribe_to_topics, by the agent. See ToolHandler.handle_subscribe_to_topics."""
    return _as(context_mesh, agent_name, "subscribe_to_topics", topics=_listed(topics))


def handle_unsubscribe_from_topics_call(context_mesh: Any, topics: Iterable[str], agent_name: str) -> Any:
    """The tool unsubscribe_from_topics, by the agent. See ToolHandler.handle_unsubscribe_from_topics."""
    return _as(context_mesh, agent_name, "unsubscribe_from_topics", topics=_listed(topics))


def handle_discover_topics_call(context_mesh: Any, include_subscriber_names: bool = False) -> Any:
    """The topics of the mesh, the most subscribed first. See ToolHandler.handle_discover_topics."""
    return mesh_of(context_mesh, "a ContextMesh")._run(_result(_discover(context_mesh, include_subscriber_names)))


def handle_delete_topic_call(context_mesh: Any, topic: str, confirm: bool = False) -> Any:
    """Deletes a topic of the mesh. Without confirm it is refused. See ToolHandler.handle_delete_topic."""
    return mesh_of(context_mesh, "a ContextMesh")._run(_result(_delete(context_mesh, topic, confirm), topic=topic))


def _as(context_mesh: Any, agent_name: str, tool_name: str, **arguments: Any) -> Any:
    given = {name: argument for name, argument in arguments.items() if argument is not None}
    return mesh_of(context_mesh, "a ContextMesh")._run(_result(_called(context_mesh, agent_name, tool_name, given)))


def _called(context_mesh: Any, agent_name: str, tool_name: str, given: dict[str, Any]) -> Plan[dict[str, Any]]:
    return (yield from context_mesh.for_agent(agent_name)._call_tool(tool_name, given))


def _listed(names: Any) -> Any:
    """A text is a list with commas, as it is to the tools. Python would take it for a list of its letters."""
    if isinstance(names, str):
        return [name.strip() for name in names.split(",") if name.strip()]
    return list(names) if isinstance(names, Iterable) else names


def _result(plan: Plan[dict[str, Any]], **subject: str) -> Plan[dict[str, Any]]:
    try:
        return (yield from plan)
    except SynthaError as error:
        return {**failure_of(error), **subject}
    except (TypeError, ValueError) as error:
        return {"success": False, "error": str(error), **subject}


def _push(context_mesh: Any, key: str, value: Any, ttl_hours: float, routing: dict[str, list[str] | None]) -> Plan[dict[str, Any]]:
    parsed = _parsed(value) if isinstance(value, str) else value
    ttl = ttl_hours * 3600 if number_of(ttl_hours, "ttl_hours", "a number of hours") > 0 else None
    yield from Writing.push.plan(context_mesh, key, parsed, ttl=ttl, **routing)  # type: ignore[attr-defined]
    told = [f"{kind}: {', '.join(names)}" for kind, names in routing.items() if names]
    return {
        "success": True,
        "message": f"Context '{key}' shared {'with ' + ' and '.join(told) if told else 'globally'}",
        "key": key,
        "value": parsed,
        "topics": routing["topics"] or [],
        "subscribers": routing["subscribers"] or [],
        "ttl_hours": ttl_hours,
        "sender_agent": None,
    }


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _discover(context_mesh: Any, names_subscribers: bool) -> Plan[dict[str, Any]]:
    listed = yield from Topics.list_topics.plan(context_mesh)  # type: ignore[attr-defined]
    topics: dict[str, dict[str, Any]] = {}
    for topic in sorted(listed, key=lambda topic: -len(topic.subscribers)):
        topics[topic.name] = {"subscriber_count": len(topic.subscribers), "is_active": bool(topic.subscribers)}
        if names_subscribers:
            topics[topic.name]["subscribers"] = list(topic.subscribers)
    return {
        "success": True,
        "message": f"Found {len(topics)} topics",
        "topics": topics,
        "total_topics": len(topics),
        "popular_topics": [name for name, told in topics.items() if told["subscriber_count"] >= _POPULAR_FROM],
        "suggestions": {name: _suggestion(name, told["subscriber_count"]) for name, told in list(topics.items())[:_MOST_SUGGESTIONS]},
    }


def _suggestion(topic: str, subscribers: int) -> str:
    return f"Subscribe to '{topic}' ({subscribers} subscriber{'' if subscribers == 1 else 's'})"


def _delete(context_mesh: Any, topic: str, confirm: bool) -> Plan[dict[str, Any]]:
    if not confirm:
        error = "Deletion not confirmed: set 'confirm' to true to delete the topic"
        return {"success": False, "error": error, "topic": topic}
    listed = {listed.name: listed for listed in (yield from Topics.list_topics.plan(context_mesh))}  # type: ignore[attr-defined]
    if topic not in listed:
        return {"success": False, "error": f"Topic '{topic}' does not exist", "topic": topic, "available_topics": list(listed)}
    deleted = yield from Topics.delete_topic.plan(context_mesh, topic)  # type: ignore[attr-defined]
    return {
        "success": True,
        "message": f"Topic '{topic}' deleted",
        "topic": topic,
        "subscribers_affected": list(listed[topic].subscribers),
        "context_items_deleted": deleted,
    }
