"""Roles: the predefined ones, and handlers that have one. The server enforces them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from syntha._arguments import invalid, mapping_of, mesh_of, names_of, optional_text, some_names_of, text_of, wrong_type
from syntha._calls.plan import Plan
from syntha._warning import warn
from syntha.access import TOOLS as TOOLS
from syntha.access import known_tools
from syntha.exceptions import SynthaInvalidArgumentError

RoleDefinition = Iterable[str] | Mapping[str, Any]
"""The tools of a role, or `{"description": …, "tools": […]}`. `allowed_tools` means what `tools` means, and `denied_tools` takes from them.
A role without any of these lists is refused."""

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

_LISTS = ("tools", "allowed_tools", "denied_tools")
_NOTES = {"description", "name"}
_OWN_ROLES = "a mapping such as {role: [tools]}"


def tools_of_roles(roles: Mapping[str, RoleDefinition] | None, what: str) -> dict[str, tuple[str, ...]]:
    """`{role: (tools)}` of a program's own roles."""
    given = {} if roles is None else mapping_of(roles, what, _OWN_ROLES)
    return {text_of(role, f"A role of {what}"): _tools_of(role, definition) for role, definition in given.items()}


def _tools_of(role: str, definition: RoleDefinition) -> tuple[str, ...]:
    """A definition that is not understood is refused. It must not become a role that allows everything."""
    if not isinstance(definition, Mapping):
        return _listed(f"The role {role!r}", definition)
    lists = {key: definition[key] for key in _LISTS if definition.get(key) is not None}
    if not lists:
        raise invalid(
            f"The role {role!r} has no list of tools: it has {', '.join(map(str, definition)) or 'nothing'}. Give it `tools` or "
            "`allowed_tools`, the tools that it allows, or `denied_tools`, the tools that it lacks.",
            "custom_roles",
            role,
        )
    if unknown := [str(key) for key in definition if key not in _LISTS and key not in _NOTES]:
        warn(f"The role {role!r} has {', '.join(unknown)}, which is ignored. What restricts it are {', '.join(_LISTS)}.")
    given = {key: _listed(f"{key} of the role {role!r}", names) for key, names in lists.items()}
    allowed = [given.get("tools", TOOLS), given.get("allowed_tools", TOOLS)]
    denied = given.get("denied_tools", ())
    return tuple(tool for tool in TOOLS if all(tool in names for names in allowed) and tool not in denied)


def _listed(what: str, names: Any) -> tuple[str, ...]:
    return known_tools(some_names_of(names, what), what)


# The server keeps the names of predefined roles for these.
_OWN = "own:"


def stored_role(role: str | None, roles: Mapping[str, Iterable[str]]) -> tuple[str | None, tuple[str, ...]]:
    """A role as it is stored: its name, and its tools unless it is predefined. One of the program's own wins over a predefined one of the
    same name. It is stored under another name then."""
    if not role:
        return None, ()
    if role not in roles:
        return role, () if role in PREDEFINED_ROLES else TOOLS
    tools = tuple(roles[role])
    if role not in PREDEFINED_ROLES:
        return role, tools
    return (role, ()) if set(tools) == set(PREDEFINED_ROLES[role]["tools"]) else (f"{_OWN}{role}", tools)


def role_told(stored: str | None) -> str | None:
    """The name that the program knows the role by."""
    return None if stored is None else stored.removeprefix(_OWN)


def warn_of_label(role: str | None, roles: Iterable[str]) -> None:
    """A role without a definition is a label. That may be meant, and may be a typing error."""
    if role and role not in PREDEFINED_ROLES and role not in roles:
        known = ", ".join([*PREDEFINED_ROLES, *roles])
        warn(f"Unknown role {role!r}: it is a mere label, and restricts nothing. The agent may use all tools. Known roles: {known}.")


def get_role_info(role: str | None = None) -> dict[str, Any]:
    """`{"description": …, "tools": […]}` of a predefined role. Without a role: `{role: …}` of all of them. Raises ValueError for a role
    that is not predefined."""
    if role is None:
        return {name: get_role_info(name) for name in PREDEFINED_ROLES}
    text_of(role, "role")
    if role not in PREDEFINED_ROLES:
        raise _unknown("role", role, PREDEFINED_ROLES)
    return {"description": PREDEFINED_ROLES[role]["description"], "tools": list(PREDEFINED_ROLES[role]["tools"])}


def create_role_based_handler(
    context_mesh: Any, agent_name: str, role: str, custom_roles: Mapping[str, RoleDefinition] | None = None
) -> Any:
    """A handler for an agent that has the role from now on. custom_roles: `{role: [tools]}`, or `{role: {"description": …, "tools": […]}}`.
    Raises ValueError for a role that is neither predefined nor one of these. Under asyncio it returns an awaitable."""
    if text_of(role, "role") == "":
        raise _unknown("role", role, PREDEFINED_ROLES)
    handler = _handler_of(context_mesh, agent_name, {"role": role, "custom_roles": custom_roles})
    return context_mesh._run(_store(context_mesh, handler, {"role": role}))


def create_restricted_handler(context_mesh: Any, agent_name: str, restriction_level: str = "safe") -> Any:
    """A handler for an agent that is denied the tools that the level lacks: `safe` lacks delete_topic, `minimal` has get_context,
    push_context and list_context, `readonly` the tools that read. remove_denied_tool lifts a denial. Raises ValueError for another level.
    Under asyncio it returns an awaitable."""
    handler = _handler_of(context_mesh, agent_name, {"restriction_level": restriction_level})
    return context_mesh._run(_store(context_mesh, handler, {}))


def create_multi_agent_handlers(
    context_mesh: Any, agent_configs: Mapping[str, Mapping[str, Any]] | Iterable[Mapping[str, Any]]
) -> Any:
    """Handlers by the agents' names. Under asyncio it returns an awaitable. A configuration may have `role`, `allowed_tools`,
    `denied_tools`, `restriction_level`, `topics` (to subscribe the agent to), and roles of your own as `custom_roles` or
    `role_based_access`. Other members are ignored, with a warning. A configuration in a list has a `name`, or `agent_name`, as well.
    Raises ValueError for a role that is neither predefined nor one of your own. Nothing is stored then, also for the other agents."""
    configs = _configs_of(agent_configs)
    handlers = {name: _handler_of(context_mesh, name, config) for name, config in configs.items()}
    return context_mesh._run(_store_all(context_mesh, handlers, configs))


_NAMES = ("name", "agent_name")
_CONFIG = '{"role": "readonly"}, or another mapping of settings'


def _configs_of(agent_configs: Any) -> dict[str, Mapping[str, Any]]:
    if isinstance(agent_configs, Mapping):
        return {
            text_of(name, "The name of an agent"): mapping_of(config, f"The configuration of {name!r}", _CONFIG)
            for name, config in agent_configs.items()
        }
    if isinstance(agent_configs, str) or not isinstance(agent_configs, Iterable):
        raise wrong_type("agent_configs", agent_configs, "{agent: configuration}, or a list of configurations with names")
    configs: dict[str, Mapping[str, Any]] = {}
    for config in agent_configs:
        name = _name_in(mapping_of(config, "A configuration", _CONFIG))
        if name in configs:
            raise invalid(f"Two configurations have the name {name!r}. Give each agent one.", "agent_configs", name)
        configs[name] = {key: value for key, value in config.items() if key not in _NAMES}
    return configs


def _name_in(config: Mapping[str, Any]) -> str:
    name = next((config[key] for key in _NAMES if key in config), None)
    if name is None:
        had = ", ".join(map(str, config)) or "no member"
        raise invalid(f"A configuration in a list needs a name, and this one has {had}.", "name")
    return text_of(name, "The name of an agent")


def _unknown(kind: str, name: str, known: Iterable[str]) -> SynthaInvalidArgumentError:
    return invalid(f"Unknown {kind} {name!r}. Available: {', '.join(known)}.", kind, name)


def _store_all(context_mesh: Any, handlers: Mapping[str, Any], configs: Mapping[str, Mapping[str, Any]]) -> Plan[dict[str, Any]]:
    for agent_name, handler in handlers.items():
        yield from _store(context_mesh, handler, configs[agent_name])
    return dict(handlers)


def _handler_of(context_mesh: Any, agent_name: str, config: Mapping[str, Any]) -> Any:
    """Refuses what the configuration must not have. Nothing is stored yet."""
    if unknown := config.keys() - _MEMBERS:
        warn(f"The configuration of {agent_name!r} has {', '.join(sorted(map(str, unknown)))}, which is ignored.")
    roles = {**_roles_in(config, "role_based_access"), **_roles_in(config, "custom_roles")}
    kind = type(mesh_of(context_mesh, "a ContextMesh").for_agent(agent_name))
    handler = kind(context_mesh, agent_name, config.get("allowed_tools"), _denied(config), roles)
    role = optional_text(config.get("role"), f"The role of {agent_name!r}")
    if role and role not in PREDEFINED_ROLES and role not in roles:
        raise _unknown("role", role, [*PREDEFINED_ROLES, *roles])
    if config.get("topics") is not None:
        some_names_of(config["topics"], f"The topics of {agent_name!r}")
    return handler


def _roles_in(config: Mapping[str, Any], member: str) -> Mapping[str, RoleDefinition]:
    roles = config.get(member)
    return {} if roles is None else mapping_of(roles, member, _OWN_ROLES)


def _store(context_mesh: Any, handler: Any, config: Mapping[str, Any]) -> Plan[Any]:
    # This replaces what was stored before, also where the configuration gives nothing: a handler has the access of its configuration.
    yield from handler._store(config.get("role"))
    if config.get("topics") is not None:
        yield from type(context_mesh).register_agent_topics.plan(context_mesh, handler.agent_name, config["topics"])
    return handler


def _denied(config: Mapping[str, Any]) -> list[str]:
    """The denied tools of a configuration. A restriction level is a list of denied tools, so that remove_denied_tool can lift it."""
    level = optional_text(config.get("restriction_level"), "restriction_level")
    if level is not None and level not in RESTRICTION_LEVELS:
        raise _unknown("restriction level", level, RESTRICTION_LEVELS)
    lacking = [] if level is None else [tool for tool in TOOLS if tool not in RESTRICTION_LEVELS[level]]
    return [*lacking, *names_of(config.get("denied_tools"), "denied_tools")]
