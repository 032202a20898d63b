"""Which tools an agent may use. The server stores it and enforces it. An agent cannot lift it in its own process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from syntha._calls.plan import Plan, Rpc, operation, write
from syntha._mesh.requests import names_of
from syntha.access import TOOLS, AgentAccess, tool_names
from syntha.roles import PREDEFINED_ROLES
from syntha.v1 import context_mesh_service_pb2 as wire


class Access:
    """The access that a constructor was given is stored before the handler's first call. Setters store at once."""

    def __init__(
        self,
        agent_name: str | None,
        allowed_tools: Iterable[str] | None,
        denied_tools: Iterable[str] | None,
        role_based_access: Mapping[str, Iterable[str]] | None,
    ) -> None:
        self.agent_name = agent_name
        self.role_based_access = {role: names_of(tools, "A role's tools") for role, tools in (role_based_access or {}).items()}
        self._pending: AgentAccess | None = None
        if allowed_tools is not None or denied_tools is not None:
            self._pending = AgentAccess(allowed_tools=_allowed(allowed_tools), denied_tools=tuple(names_of(denied_tools, "denied_tools")))

    def _store(self, role: str | None) -> Plan[None]:
        """Stores a role and the constructor's access as one write. So there is no moment at which the agent may do more."""
        self._pending = self._with_role(self._pending or AgentAccess(), role)
        yield from self._ready()

    def set_agent_name(self, agent_name: str) -> None:
        """The agent that this handler acts for from now on."""
        self.agent_name = agent_name

    @operation
    def set_agent_role(self, role: str | None) -> Plan[None]:
        """Sets a predefined role (see get_role_info), or one of role_based_access. None: no role, which allows all tools."""
        yield from self._change_access(lambda access: self._with_role(access, role))

    @operation
    def set_allowed_tools(self, tools: Iterable[str] | None) -> Plan[None]:
        """None: all tools that the role allows. An empty list: none."""
        allowed = _allowed(tools)
        yield from self._change_access(lambda access: replace(access, allowed_tools=allowed))

    @operation
    def set_denied_tools(self, tools: Iterable[str] | None) -> Plan[None]:
        """Tools that the agent may not use, even where its role and list have them."""
        denied = tuple(names_of(tools, "tools"))
        yield from self._change_access(lambda access: replace(access, denied_tools=denied))

    @operation
    def add_allowed_tool(self, tool: str) -> Plan[None]:
        """Adds to the list of allowed tools. Without such a list nothing changes: all tools are allowed already."""

        def change(access: AgentAccess) -> AgentAccess:
            allowed = access.allowed_tools
            return access if allowed is None else replace(access, allowed_tools=_with_tool(allowed, tool))

        yield from self._change_access(change)

    @operation
    def remove_allowed_tool(self, tool: str) -> Plan[None]:
        """Takes from the list of allowed tools. Without such a list it becomes the list of all other tools."""

        def change(access: AgentAccess) -> AgentAccess:
            return replace(access, allowed_tools=_without_tool(TOOLS if access.allowed_tools is None else access.allowed_tools, tool))

        yield from self._change_access(change)

    @operation
    def add_denied_tool(self, tool: str) -> Plan[None]:
        yield from self._change_access(lambda access: replace(access, denied_tools=_with_tool(access.denied_tools, tool)))

    @operation
    def remove_denied_tool(self, tool: str) -> Plan[None]:
        yield from self._change_access(lambda access: replace(access, denied_tools=_without_tool(access.denied_tools, tool)))

    @operation
    def get_available_tools(self) -> Plan[list[str]]:
        """The tools that the server lets the agent use."""
        response = yield from self._get_access()
        return tool_names(response.available_tools)

    @operation
    def has_tool_access(self, tool: str) -> Plan[bool]:
        response = yield from self._get_access()
        return tool in tool_names(response.available_tools)

    @operation
    def get_access_summary(self) -> Plan[dict[str, Any]]:
        """agent_name, agent_role, available_tools, denied_tools, allowed_tools (or "all"), total_available, total_possible."""
        response = yield from self._get_access()
        access = AgentAccess._from(response.access)
        return {
            "agent_name": self.agent_name,
            "agent_role": access.role,
            "available_tools": tool_names(response.available_tools),
            "denied_tools": list(access.denied_tools),
            "allowed_tools": "all" if access.allowed_tools is None else list(access.allowed_tools),
            "total_available": len(response.available_tools),
            "total_possible": len(response.available_tools) + len(response.unavailable_tools),
        }

    def _ready(self) -> Plan[str]:
        """Begins every operation. It stores the constructor's access where that was not done yet, and returns the agent's name."""
        agent_name = self._named()
        if self._pending is not None:
            yield _set_access(agent_name, self._pending)
            self._pending = None
        return agent_name

    def _named(self) -> str:
        if not self.agent_name:
            raise ValueError("Agent name not set")
        return self.agent_name

    def _with_role(self, access: AgentAccess, role: str | None) -> AgentAccess:
        if role and role not in PREDEFINED_ROLES and role not in self.role_based_access:
            known = sorted({*PREDEFINED_ROLES, *self.role_based_access})
            raise ValueError(f"There is no role {role!r}: it is neither predefined nor in role_based_access. Known: {', '.join(known)}.")
        return replace(access, role=role or None, role_tools=tuple(self.role_based_access.get(role or "", ())))

    def _get_access(self) -> Plan[wire.GetAccessResponse]:
        agent_name = yield from self._ready()
        return (yield Rpc("ToolHandler/GetAccess", wire.GetAccessRequest(agent=agent_name)))

    def _change_access(self, change: Callable[[AgentAccess], AgentAccess]) -> Plan[None]:
        access = AgentAccess._from((yield from self._get_access()).access)
        yield _set_access(self._named(), change(access))


def _set_access(agent_name: str, access: AgentAccess) -> Rpc:
    return write("ContextMesh/SetAccess", wire.SetAccessRequest(agent=agent_name, access=access._to_wire()))


def _allowed(tools: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if tools is None else tuple(names_of(tools, "allowed_tools"))


def _with_tool(tools: tuple[str, ...], tool: str) -> tuple[str, ...]:
    return tools if tool in tools else (*tools, tool)


def _without_tool(tools: tuple[str, ...], tool: str) -> tuple[str, ...]:
    return tuple(name for name in tools if name != tool)
