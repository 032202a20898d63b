"""Roles: the predefined ones, and handlers that have one. The server enforces them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from syntha._calls.plan import Plan
from syntha.access import TOOLS as TOOLS

_READONLY = ("get_context", "list_context", "discover_topics")
_CONTRIBUTOR = tuple(tool for tool in TOOLS if tool != "delete_topic")

PREDEFINED_ROLES: dict[str, tuple[str, ...]] = {
    "readonly": _READONLY,
    "contributor": _CONTRIBUTOR,
    "moderator": _CONTRIBUTOR,
    "admin": TOOLS,
}

RESTRICTION_LEVELS: dict[str, tuple[str, ...]] = {
    "safe": _CONTRIBUTOR,
    "minimal": ("get_context", "push_context", "list_context"),
    "readonly": _READONLY,
}


def get_role_info(role: str | None = None) -> dict[str, Any]:
    """The tools of a role. Without a role: the tools of all predefined roles and restriction levels."""
    if role is not None:
        if role not in PREDEFINED_ROLES:
            raise ValueError(f"There is no role {role!r}. Predefined: {', '.join(PREDEFINED_ROLES)}.")
        return {"role": role, "tools": list(PREDEFINED_ROLES[role])}
    return {
        "roles": {name: list(tools) for name, tools in PREDEFINED_ROLES.items()},
        "restriction_levels": {name: list(tools) for name, tools in RESTRICTION_LEVELS.items()},
    }


def create_role_based_handler(
    context_mesh: Any, agent_name: str, role: str, custom_roles: Mapping[str, Iterable[str]] | None = None
) -> Any:
    """A handler for an agent that has the role from now on. custom_roles: `{role: [tools]}`. Under asyncio it returns an awaitable."""
    return context_mesh._run(_create(context_mesh, agent_name, {"role": role}, custom_roles))


def create_restricted_handler(
    context_mesh: Any, agent_name: str, restriction_level: str = "safe", allowed_tools: Iterable[str] | None = None
) -> Any:
    """A handler for an agent that may use the tools of a level (`safe`, `minimal`, `readonly`), or the given tools. Under asyncio it
    returns an awaitable."""
    if allowed_tools is None:
        if restriction_level not in RESTRICTION_LEVELS:
            raise ValueError(f"There is no level {restriction_level!r}. Known: {', '.join(RESTRICTION_LEVELS)}.")
        allowed_tools = RESTRICTION_LEVELS[restriction_level]
    return context_mesh._run(_create(context_mesh, agent_name, {"allowed_tools": allowed_tools}))


def create_multi_agent_handlers(
    context_mesh: Any,
    agent_configs: Mapping[str, Mapping[str, Any]] | Iterable[Mapping[str, Any]],
    custom_roles: Mapping[str, Iterable[str]] | None = None,
) -> Any:
    """Handlers by the agents' names. Under asyncio it returns an awaitable. A configuration may have `role`, `allowed_tools`,
    `denied_tools` and `topics` (to subscribe the agent to). A configuration in a list has a `name` as well."""
    configs = (
        dict(agent_configs)
        if isinstance(agent_configs, Mapping)
        else {config["name"]: {key: value for key, value in config.items() if key != "name"} for config in agent_configs}
    )
    return context_mesh._run(_create_many(context_mesh, configs, custom_roles))


def _create_many(
    context_mesh: Any, configs: Mapping[str, Mapping[str, Any]], custom_roles: Mapping[str, Iterable[str]] | None
) -> Plan[dict[str, Any]]:
    handlers = {}
    for agent_name, config in configs.items():
        handlers[agent_name] = yield from _create(context_mesh, agent_name, config, custom_roles)
    return handlers


def _create(
    context_mesh: Any,
    agent_name: str,
    config: Mapping[str, Any],
    custom_roles: Mapping[str, Iterable[str]] | None = None,
) -> Plan[Any]:
    unknown = config.keys() - {"role", "allowed_tools", "denied_tools", "topics"}
    if unknown:
        raise ValueError(f"The configuration of {agent_name!r} has {', '.join(sorted(unknown))}, which is no member of a configuration.")
    kind = type(context_mesh.for_agent(agent_name))
    handler = kind(context_mesh, agent_name, config.get("allowed_tools"), config.get("denied_tools"), custom_roles)
    # This replaces what was stored before, also where the configuration gives nothing: a handler has the access of its configuration.
    yield from handler._store(config.get("role"))
    if config.get("topics") is not None:
        yield from type(context_mesh).register_agent_topics.plan(context_mesh, agent_name, config["topics"])
    return handler
