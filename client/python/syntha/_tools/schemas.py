"""The definitions of the seven tools, for callers that have no agent to ask the server about. A test compares them with the server's."""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterable
from typing import Any

from syntha._arguments import invalid
from syntha.access import TOOLS

PREFIX = "syntha_"
"""Of a tool of ours whose name a tool of the program has."""

_CONFLICTS = ("warn", "prefix", "error")

_log = logging.getLogger("syntha.tools")


def _list(description: str) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string"}, "description": description}


def _tool(name: str, description: str, required: Iterable[str] = (), **properties: dict[str, Any]) -> dict[str, Any]:
    parameters: dict[str, Any] = {"type": "object", "properties": properties}
    if required:
        parameters["required"] = list(required)
    return {"name": name, "description": description, "parameters": {**parameters, "additionalProperties": False}}


_SCHEMAS = {
    schema["name"]: schema
    for schema in (
        _tool(
            "get_context",
            "Read shared context. With keys: their values; without: everything you can read. Keys that you cannot read are left out.",
            keys=_list("Keys to read. None: all."),
        ),
        _tool(
            "push_context",
            "Share a value, or replace one that you can read. Topics: agents subscribed to any of them can read it. Subscribers: the "
            "agents named can. Neither: all agents can.",
            ("key", "value"),
            key={"type": "string", "description": "Name of the value."},
            value={"type": "string", "description": "The value: text, or JSON as text."},
            topics=_list("Topics to share it with."),
            subscribers=_list("Names of agents to share it with."),
            ttl_hours={"type": "number", "description": "Hours until it expires; 0: never. Default 24."},
        ),
        _tool("list_context", "List the keys that you can read, by the topics that you are subscribed to, without their values."),
        _tool(
            "subscribe_to_topics",
            "Subscribe to topics, besides those that you have: you can then read what is shared with them.",
            ("topics",),
            topics=_list("Topics to add."),
        ),
        _tool(
            "unsubscribe_from_topics",
            "Give up topics: you can no longer read what is shared with them alone.",
            ("topics",),
            topics=_list("Topics to give up."),
        ),
        _tool(
            "discover_topics",
            "See which topics there are and how many agents are subscribed to each, the most popular first.",
            include_subscriber_names={"type": "boolean", "description": "Whether to name the subscribed agents. Default false."},
        ),
        _tool(
            "delete_topic",
            "Delete a topic for all agents: every subscription to it, and the items that are shared with it alone. Cannot be undone.",
            ("topic",),
            topic={"type": "string", "description": "The topic."},
            confirm={"type": "boolean", "description": "Must be true, or nothing is deleted. Default false."},
        ),
        _tool(
            "update_context",
            "Change a part of a shared value, safely beside other agents: a field, a counter, a list.",
            ("key", "operation"),
            key={"type": "string", "description": "Name of the value."},
            operation={
                "type": "string",
                "description": "set, remove, merge, increment, append, prepend, add (to a list, unless it is there), subtract "
                "(from a list).",
            },
            path={"type": "string", "description": "JSON Pointer to the part, such as /tasks/0/state. Default: the whole value."},
            value={
                "type": "string",
                "description": "Text, or JSON as text. For increment a number, default 1; for lists a list or one element.",
            },
        ),
    )
}


def schema_of(tool_name: str) -> dict[str, Any]:
    """A copy of a tool's definition, which the caller may change."""
    return copy.deepcopy(_SCHEMAS[tool_name])


def get_all_tool_schemas() -> list[dict[str, Any]]:
    """The definitions of the seven standard tools: `{name, description, parameters}` each."""
    return [schema_of(name) for name in TOOLS]


def get_context_tool_schema() -> dict[str, Any]:
    """The definition of get_context: `{name, description, parameters}`."""
    return schema_of("get_context")


def get_push_context_tool_schema() -> dict[str, Any]:
    """The definition of push_context."""
    return schema_of("push_context")


def get_list_context_tool_schema() -> dict[str, Any]:
    """The definition of list_context."""
    return schema_of("list_context")


def get_subscribe_to_topics_tool_schema() -> dict[str, Any]:
    """The definition of subscribe_to_topics."""
    return schema_of("subscribe_to_topics")


def get_unsubscribe_from_topics_tool_schema() -> dict[str, Any]:
    """The definition of unsubscribe_from_topics."""
    return schema_of("unsubscribe_from_topics")


def get_discover_topics_tool_schema() -> dict[str, Any]:
    """The definition of discover_topics."""
    return schema_of("discover_topics")


def get_delete_topic_tool_schema() -> dict[str, Any]:
    """The definition of delete_topic."""
    return schema_of("delete_topic")


def name_of(definition: dict[str, Any]) -> str:
    """Of a definition in one of the common forms."""
    return str(definition["name"] if "name" in definition else definition["function"]["name"])


def giving_way(ours: Iterable[dict[str, Any]], taken: Iterable[str]) -> list[dict[str, Any]]:
    """Our definitions, under other names where a name is taken."""
    names = set(taken)
    return [{**schema, "name": f"{PREFIX}{schema['name']}"} if schema["name"] in names else schema for schema in ours]


def merge_tool_schemas(
    syntha_tools: list[dict[str, Any]], user_tools: list[dict[str, Any]], handle_conflicts: str = "warn"
) -> list[dict[str, Any]]:
    """Your definitions, and then ours. A tool of ours that has the name of one of yours is called `syntha_<name>`. handle_conflicts:
    `"warn"` logs that, `"prefix"` does not, `"error"` raises ValueError in its place."""
    if handle_conflicts not in _CONFLICTS:
        raise invalid(f"handle_conflicts is {handle_conflicts!r}. Give one of: {', '.join(_CONFLICTS)}.", "handle_conflicts")
    taken = [name_of(definition) for definition in user_tools]
    both = [name_of(definition) for definition in syntha_tools if name_of(definition) in taken]
    if both and handle_conflicts == "error":
        raise invalid(f"Your tools and ours have the same names: {', '.join(both)}.", "user_tools")
    if both and handle_conflicts == "warn":
        _log.warning("Tools of yours have the names of ours, which are offered with the prefix %s: %s", PREFIX, ", ".join(both))
    return [*user_tools, *giving_way(syntha_tools, taken)]
