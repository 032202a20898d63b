"""Roles: the predefined ones, and handlers that have one. The server enforces them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from syntha._calls.plan import Plan
from syntha._warning import warn
from syntha.access import TOOLS as TOOLS
from syntha.access import known_tools
from syntha.exceptions import SynthaInvalidArgumentError

RoleDefinition = Iterable[str] | Mapping[str, Any]
"""The tools of a role, or `{"description": …, "tools": […]}`. Without `tools` the role allows all tools."""

_READONLY = ("get_context", "list_context", "discover_topics")
_CONTRIBUTOR = tuple(tool for tool in TOOLS if tool != "delete_topic")

PREDEFINED_ROLES: dict[str, dict[str, Any]] = {
    "readonly": {"description": "Reads context and discovers topics.", "tools": list(_READONLY)},
    "contributor": {"description": "Reads and pushes context, and chooses its topics.", "tools": list(_CONTRIBUTOR)},
    "moderator": {"description": "As a contributor.", "tools": list(_CONTRIBUTOR)},
    "admin": {"description": "All tools, also the deletion of topics.", "tools": list(TOOLS)},
}
"""`{role: {"description": …, "tools": […]}}`. The server has roles of the same names. A change here changes nothing there."""

RESTRICTION_LEVELS: dict[str, tuple[str, ...]] = {
    "safe": _CONTRIBUTOR,
    "minimal": ("get_context", "push_context", "list_context"),
    "readonly": _READONLY,
}
"""`{level: (tools)}`."""

_MEMBERS = {"role", "allowed_tools", "denied_tools", "restriction_level", "topics", "custom_roles", "role_based_access"}


def tools_of_role(definition: RoleDefinition) -> tuple[str, ...]:
    """The tools of a role, which may be defined by a list or by `{"description": …, "tools": […]}`."""
    tools = definition.get("tools", TOOLS) if isinstance(definition, Mapping) else definition
    return known_tools(tools, "A role's tools")


def get_role_info(role: str | None = None) -> dict[str, Any]:
    """`{"description": …, "tools": […]}` of a predefined role. Without a role: `{role: …}` of all of them. Raises ValueError for a role
    that is not predefined."""
    if role is None:
        return {name: get_role_info(name) for name in PREDEFINED_ROLES}
    if role not in PREDEFINED_ROLES:
        raise _unknown("role", role, PREDEFINED_ROLES)
    return {"description": PREDEFINED_ROLES[role]["description"], "tools": list(PREDEFINED_ROLES[role]["tools"])}


def create_role_based_handler(
    context_mesh: Any, agent_name: str, role: str, custom_roles: Mapping[str, RoleDefinition] | None = None
) -> Any:
    """A handler for an agent that has the role from now on. custom_roles: `{role: [tools]}`, or `{role: {"description": …, "tools": […]}}`.
    Raises ValueError for a role that is neither predefined nor one of these. Under asyncio it returns an awaitable."""
    roles = custom_roles or {}
    if role not in PREDEFINED_ROLES and role not in roles:
        raise _unknown("role", role, [*PREDEFINED_ROLES, *roles])
    return context_mesh._run(_create(context_mesh, agent_name, {"role": role, "custom_roles": roles}))


def create_restricted_handler(context_mesh: Any, agent_name: str, restriction_level: str = "safe") -> Any:
    """A handler for an agent that is denied the tools that the level lacks: `safe` lacks delete_topic, `minimal` has get_context,
    push_context and list_context, `readonly` the tools that read. remove_denied_tool lifts a denial. Raises ValueError for another level.
    Under asyncio it returns an awaitable."""
    return context_mesh._run(_create(context_mesh, agent_name, {"restriction_level": restriction_level}))


def create_multi_agent_handlers(
    context_mesh: Any, agent_configs: Mapping[str, Mapping[str, Any]] | Iterable[Mapping[str, Any]]
) -> Any:
    """Handlers by the agents' names. Under asyncio it returns an awaitable. A configuration may have `role`, `allowed_tools`,
    `denied_tools`, `restriction_level`, `topics` (to subscribe the agent to), and roles of your own as `custom_roles` or
    `role_based_access`. Other members are ignored, with a warning. A configuration in a list has a `name`, or `agent_name`, as well."""
    configs = (
        dict(agent_configs)
        if isinstance(agent_configs, Mapping)
        else {_name_in(config): {key: value for key, value in config.items() if key not in _NAMES} for config in agent_configs}
    )
    return context_mesh._run(_create_many(context_mesh, configs))


_NAMES = ("name", "agent_name")


def _name_in(config: Mapping[str, Any]) -> str:
    name = next((config[key] for key in _NAMES if key in config), None)
    if name is None:
        raise ValueError(f"A configuration in a list needs a name, and this one has {', '.join(config) or 'no member'}.")
    return str(name)


def _unknown(kind: str, name: str, known: Iterable[str]) -> SynthaInvalidArgumentError:
    return SynthaInvalidArgumentError(f"Unknown {kind} {name!r}. Available: {', '.join(known)}.", field=kind, value=name)


def _create_many(context_mesh: Any, configs: Mapping[str, Mapping[str, Any]]) -> Plan[dict[str, Any]]:
    handlers = {}
    for agent_name, config in configs.items():
        handlers[agent_name] = yield from _create(context_mesh, agent_name, config)
    return handlers


def _create(context_mesh: Any, agent_name: str, config: Mapping[str, Any]) -> Plan[Any]:
    if unknown := config.keys() - _MEMBERS:
        warn(f"The configuration of {agent_name!r} has {', '.join(sorted(unknown))}, which is ignored.")
    roles = {**(config.get("role_based_access") or {}), **(config.get("custom_roles") or {})}
    kind = type(context_mesh.for_agent(agent_name))
    handler = kind(context_mesh, agent_name, config.get("allowed_tools"), _denied(config), roles)
    # This replaces what was stored before, also where the configuration gives nothing: a handler has the access of its configuration.
    yield from handler._store(config.get("role"))
    if config.get("topics") is not None:
        yield from type(context_mesh).register_agent_topics.plan(context_mesh, agent_name, config["topics"])
    return handler


def _denied(config: Mapping[str, Any]) -> list[str]:
    """The denied tools of a configuration. A restriction level is a list of denied tools, so that remove_denied_tool can lift it."""
    level = config.get("restriction_level")
    if level is not None and level not in RESTRICTION_LEVELS:
        raise _unknown("restriction level", level, RESTRICTION_LEVELS)
    lacking = [] if level is None else [tool for tool in TOOLS if tool not in RESTRICTION_LEVELS[level]]
    return [*lacking, *(config.get("denied_tools") or ())]
