"""Which tools an agent may use. The server keeps it, and enforces it: an agent cannot lift it in its own process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from syntha._calls.plan import Plan, Rpc, operation, write
from syntha._mesh.requests import names_of
from syntha.roles import PREDEFINED_ROLES
from syntha.v1 import context_pb2
from syntha.v1 import tool_handler_pb2 as wire

AgentAccess = context_pb2.AgentAccess


class Access:
    """What a constructor says about access is stored before the handler's first call; setters store at once."""

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
            self._pending = AgentAccess(denied_tools=names_of(denied_tools, "denied_tools"))
            _set_allowed(self._pending, allowed_tools)

    def _store(self, role: str | None) -> Plan[None]:
        """Stores a role and what the constructor said as one, so that there is no moment at which the agent may do more."""
        self._pending = self._pending or AgentAccess()
        self._set_role(self._pending, role)
        yield from self._ready()

    def set_agent_name(self, agent_name: str) -> None:
        """Whose handler it is from now on."""
        self.agent_name = agent_name

    @operation
    def set_agent_role(self, role: str | None) -> Plan[None]:
        """A predefined role (see get_role_info), or one of role_based_access; None: no role, which narrows nothing."""
        yield from self._change_access(lambda access: self._set_role(access, role))

    @operation
    def set_allowed_tools(self, tools: Iterable[str] | None) -> Plan[None]:
        """None: all that the role allows; an empty list: none."""
        names = None if tools is None else names_of(tools, "tools")
        yield from self._change_access(lambda access: _set_allowed(access, names))

    @operation
    def set_denied_tools(self, tools: Iterable[str] | None) -> Plan[None]:
        """Tools that are not allowed, whatever role and list say."""
        names = names_of(tools, "tools")
        yield from self._change_access(lambda access: access.denied_tools.__setitem__(slice(None), names))

    @operation
    def add_allowed_tool(self, tool: str) -> Plan[None]:
        """Where all are allowed already, they stay so."""

        def change(access: AgentAccess) -> None:
            if access.HasField("allowed_tools") and tool not in access.allowed_tools.names:
                access.allowed_tools.names.append(tool)

        yield from self._change_access(change)

    @operation
    def remove_allowed_tool(self, tool: str) -> Plan[None]:
        """Where all were allowed, all others are from now on."""

        def change(access: AgentAccess) -> None:
            allowed = access.allowed_tools.names if access.HasField("allowed_tools") else PREDEFINED_ROLES["admin"]
            _set_allowed(access, [name for name in allowed if name != tool])

        yield from self._change_access(change)

    @operation
    def add_denied_tool(self, tool: str) -> Plan[None]:
        yield from self._change_access(lambda access: tool not in access.denied_tools and access.denied_tools.append(tool))

    @operation
    def remove_denied_tool(self, tool: str) -> Plan[None]:
        yield from self._change_access(lambda access: tool in access.denied_tools and access.denied_tools.remove(tool))

    @operation
    def get_available_tools(self) -> Plan[list[str]]:
        """The tools that the agent may use, as the server has it."""
        response = yield from self._get_access()
        return list(response.available_tools)

    @operation
    def has_tool_access(self, tool: str) -> Plan[bool]:
        response = yield from self._get_access()
        return tool in response.available_tools

    @operation
    def get_access_summary(self) -> Plan[dict[str, Any]]:
        """agent_name, agent_role, available_tools, denied_tools, allowed_tools (or "all"), total_available, total_possible."""
        response = yield from self._get_access()
        access = response.access
        return {
            "agent_name": self.agent_name,
            "agent_role": access.role or None,
            "available_tools": list(response.available_tools),
            "denied_tools": list(access.denied_tools),
            "allowed_tools": list(access.allowed_tools.names) if access.HasField("allowed_tools") else "all",
            "total_available": response.total_available,
            "total_possible": response.total_possible,
        }

    def _ready(self) -> Plan[str]:
        """Begins every operation: the agent's name, once what the constructor said about its access is stored."""
        agent_name = self._named()
        if self._pending is not None:
            yield write("ToolHandler/SetAccess", wire.SetAccessRequest(agent_name=agent_name, access=self._pending))
            self._pending = None
        return agent_name

    def _named(self) -> str:
        if not self.agent_name:
            raise ValueError("Agent name not set")
        return self.agent_name

    def _set_role(self, access: AgentAccess, role: str | None) -> None:
        if role and role not in PREDEFINED_ROLES and role not in self.role_based_access:
            known = sorted({*PREDEFINED_ROLES, *self.role_based_access})
            raise ValueError(f"There is no role {role!r}: it is neither predefined nor in role_based_access. Known: {', '.join(known)}.")
        access.role = role or ""
        access.role_tools[:] = self.role_based_access.get(role or "", [])

    def _get_access(self) -> Plan[wire.GetAccessResponse]:
        agent_name = yield from self._ready()
        return (yield Rpc("ToolHandler/GetAccess", wire.GetAccessRequest(agent_name=agent_name)))

    def _change_access(self, change: Callable[[AgentAccess], object]) -> Plan[None]:
        access = (yield from self._get_access()).access
        change(access)
        yield write("ToolHandler/SetAccess", wire.SetAccessRequest(agent_name=self._named(), access=access))


def _set_allowed(access: AgentAccess, tools: Iterable[str] | None) -> None:
    access.ClearField("allowed_tools")
    if tools is not None:
        access.allowed_tools.SetInParent()
        access.allowed_tools.names.extend(names_of(tools, "allowed_tools"))
