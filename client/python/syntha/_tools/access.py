"""Which tools an agent may use. The server stores it and enforces it. An agent cannot lift it in its own process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from syntha._arguments import invalid, names_of, optional_text, text_of
from syntha._calls.plan import Plan, Rpc, operation, write
from syntha.access import ALL_TOOLS, OPTIONAL_TOOLS, TOOLS, AgentAccess, known_tools, tool_names
from syntha.roles import PREDEFINED_ROLES, RoleDefinition, role_told, stored_role, tools_of_roles, warn_of_label
from syntha.v1 import context_mesh_service_pb2 as wire


class Access:
    """The access that a constructor was given is stored before the handler's first call, and again where another handler of the mesh has
    stored its own for the same agent meanwhile. So one handler does not widen another. Setters store at once. Without an agent's name
    both wait for one, and the handler answers from what it was given.

    agent_role: the role that this handler has set. get_access_summary asks the server, which also knows what others have set."""

    context_mesh: Any

    def __init__(
        self,
        agent_name: str | None,
        allowed_tools: Iterable[str] | None,
        denied_tools: Iterable[str] | None,
        role_based_access: Mapping[str, RoleDefinition] | None,
    ) -> None:
        self.agent_name = optional_text(agent_name, "agent_name")
        self.agent_role: str | None = None
        own_roles = tools_of_roles(role_based_access, "role_based_access")
        self.role_based_access = {role: list(tools) for role, tools in own_roles.items()}
        # What this handler has set, and what of it is not stored for the agent yet. None: nothing.
        self._own: AgentAccess | None = None
        self._pending: AgentAccess | None = None
        if allowed_tools is not None or denied_tools is not None:
            self._own = self._pending = AgentAccess(
                allowed_tools=_allowed(allowed_tools), denied_tools=known_tools(names_of(denied_tools, "denied_tools"), "denied_tools")
            )

    def _store(self, role: str | None) -> Plan[None]:
        """Stores a role and the constructor's access as one write. So there is no moment at which the agent may do more."""
        self._own = self._pending = self._with_role(self._own or AgentAccess(), role)
        yield from self._ready()
        self.agent_role = role or None

    def set_agent_name(self, agent_name: str) -> None:
        """The agent that this handler acts for from now on. What the handler has set about tools then holds for this agent as well."""
        if text_of(agent_name, "agent_name") != self.agent_name:
            self.agent_name = agent_name
            self._pending = self._own

    @operation
    def set_agent_role(self, role: str | None) -> Plan[None]:
        """Sets a predefined role (see get_role_info), or one of role_based_access. Any other name is a mere label: it is stored and
        told, and allows all tools, and a warning says so. None: no role, which allows all tools."""
        warn_of_label(optional_text(role, "role"), self.role_based_access)
        yield from self._change_access(lambda access: self._with_role(access, role))
        self.agent_role = role or None

    @operation
    def set_allowed_tools(self, allowed_tools: Iterable[str] | None) -> Plan[None]:
        """None: all tools that the role allows. An empty list: none. Names that are no tools are left out, with a warning."""
        allowed = _allowed(allowed_tools)
        yield from self._change_access(lambda access: replace(access, allowed_tools=allowed))

    @operation
    def set_denied_tools(self, denied_tools: Iterable[str] | None) -> Plan[None]:
        """Tools that the agent may not use, even where its role and list have them."""
        denied = known_tools(names_of(denied_tools, "denied_tools"), "denied_tools")
        yield from self._change_access(lambda access: replace(access, denied_tools=denied))

    @operation
    def add_allowed_tool(self, tool_name: str) -> Plan[None]:
        """Adds to the list of allowed tools. Without such a list nothing changes: the standard tools are allowed already. Another tool then
        begins a list, with the standard tools before it."""

        def change(access: AgentAccess) -> AgentAccess:
            allowed = access.allowed_tools
            if allowed is None and tool_name in TOOLS:
                return access
            return replace(access, allowed_tools=_with_tool(TOOLS if allowed is None else allowed, tool_name))

        yield from self._change_access(change)

    @operation
    def remove_allowed_tool(self, tool_name: str) -> Plan[None]:
        """Takes from the list of allowed tools. Without such a list it becomes the list of all other tools."""

        def change(access: AgentAccess) -> AgentAccess:
            allowed = (access.role_tools or TOOLS) if access.allowed_tools is None else access.allowed_tools
            return replace(access, allowed_tools=_without_tool(allowed, tool_name))

        yield from self._change_access(change)

    @operation
    def add_denied_tool(self, tool_name: str) -> Plan[None]:
        """Denies a tool. The denial goes before the role and the list of allowed tools."""
        yield from self._change_access(lambda access: replace(access, denied_tools=_with_tool(access.denied_tools, tool_name)))

    @operation
    def remove_denied_tool(self, tool_name: str) -> Plan[None]:
        """Lifts a denial. The role and the list of allowed tools still hold."""
        yield from self._change_access(lambda access: replace(access, denied_tools=_without_tool(access.denied_tools, tool_name)))

    @operation
    def get_available_tools(self) -> Plan[list[str]]:
        """The tools that the server lets the agent use. Without an agent's name: those that the handler was given, or all seven."""
        _, available = yield from self._current()
        return available

    @operation
    def has_tool_access(self, tool_name: str) -> Plan[bool]:
        """Whether the agent may use the tool."""
        text_of(tool_name, "tool_name")
        _, available = yield from self._current()
        return tool_name in available

    @operation
    def get_access_summary(self) -> Plan[dict[str, Any]]:
        """agent_name, agent_role, available_tools, denied_tools, allowed_tools (or "all"), total_available, total_possible."""
        access, available = yield from self._current()
        return {
            "agent_name": self.agent_name,
            "agent_role": role_told(access.role),
            "available_tools": available,
            "denied_tools": list(access.denied_tools),
            "allowed_tools": "all" if access.allowed_tools is None else list(access.allowed_tools),
            "total_available": len(available),
            "total_possible": len(TOOLS),
        }

    def _ready(self) -> Plan[str]:
        """Begins every operation. It stores the handler's access where that was not done yet, or where another handler has replaced it,
        and returns the agent's name."""
        agent_name = self._named()
        own = self._own
        if own is not None and (self._pending is not None or self._stored().get(agent_name, own) != own):
            yield _set_access(agent_name, own)
            self._stored()[agent_name] = own
            self._pending = None
        return agent_name

    def _stored(self) -> dict[str, AgentAccess]:
        """What the handlers of this mesh have stored last, by agent."""
        stored: dict[str, AgentAccess] = self.context_mesh._connection.handlers_access
        return stored

    def _named(self) -> str:
        if not self.agent_name:
            raise invalid("Agent name not set", "agent_name", self.agent_name)
        return self.agent_name

    def _with_role(self, access: AgentAccess, role: str | None) -> AgentAccess:
        """A role of role_based_access wins over a predefined one of the same name."""
        name, tools = stored_role(role, self.role_based_access)
        return replace(access, role=name, role_tools=tools)

    def _current(self) -> Plan[tuple[AgentAccess, list[str]]]:
        """What is stored, and the tools that the agent may use."""
        if not self.agent_name:
            own = self._own or AgentAccess()
            return own, [tool for tool in ALL_TOOLS if _allows(own, tool)]
        agent_name = yield from self._ready()
        response = yield Rpc("ToolHandler/GetAccess", wire.GetAccessRequest(agent=agent_name))
        return AgentAccess._from(response.access), tool_names(response.available_tools)

    def _change_access(self, change: Callable[[AgentAccess], AgentAccess]) -> Plan[None]:
        access, _ = yield from self._current()
        changed = change(access)
        if self.agent_name:
            yield _set_access(self.agent_name, changed)
            self._stored()[self.agent_name] = changed
        else:
            self._pending = changed
        self._own = changed


def _allows(access: AgentAccess, tool: str) -> bool:
    """Whether access allows a tool, by the server's rule. For a handler without an agent: the server keeps no access for it."""
    role: Iterable[str] = ALL_TOOLS
    named: Iterable[str] = TOOLS
    if access.role in PREDEFINED_ROLES and not access.role_tools:
        # The roles as they are told here have the standard tools. All but readonly, which only reads, also have the optional ones for a
        # list.
        role = {*PREDEFINED_ROLES[access.role]["tools"], *(() if access.role == "readonly" else OPTIONAL_TOOLS)}
    elif access.role:
        role = named = access.role_tools
    allowed = named if access.allowed_tools is None else access.allowed_tools
    return tool in role and tool in allowed and tool not in access.denied_tools


def _set_access(agent_name: str, access: AgentAccess) -> Rpc:
    return write("ContextMesh/SetAccess", wire.SetAccessRequest(agent=agent_name, access=access._to_wire()))


def _allowed(tools: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if tools is None else known_tools(tools, "allowed_tools")


def _with_tool(tools: tuple[str, ...], tool: str) -> tuple[str, ...]:
    return tools if tool in tools else (*tools, *known_tools([tool], "tool_name"))


def _without_tool(tools: tuple[str, ...], tool: str) -> tuple[str, ...]:
    known_tools([tool], "tool_name")  # A typing error would change nothing, and must not go unnoticed.
    return tuple(name for name in tools if name != tool)
