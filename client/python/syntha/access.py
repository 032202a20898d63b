"""What is stored about an agent's tools. Tools and roles have names here; in the contract they are enums."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from syntha._arguments import names_of, optional_text
from syntha._calls.failures import refusal
from syntha._warning import warn
from syntha.v1 import agent_pb2 as wire
from syntha.v1 import options_pb2

_TOOL_PREFIX = "TOOL_"
_ROLE_PREFIX = "PREDEFINED_ROLE_"

_TOOLS = {name.removeprefix(_TOOL_PREFIX).lower(): number for name, number in options_pb2.Tool.items() if number}
_ROLES = {name.removeprefix(_ROLE_PREFIX).lower(): number for name, number in wire.PredefinedRole.items() if number}
_TOOL_NAMES = {number: name for name, number in _TOOLS.items()}
_ROLE_NAMES = {number: name for name, number in _ROLES.items()}

OPTIONAL_TOOLS = ("update_context", "claim", "release")
"""The names of the tools that are off until an agent's access names them."""

TOOLS = tuple(name for name in _TOOLS if name not in OPTIONAL_TOOLS)
"""The names of the seven standard tools, in the order in which they are listed. An agent that nothing restricts has these."""

ALL_TOOLS = tuple(_TOOLS)
"""The names of all tools of the server."""


@dataclass(frozen=True)
class AgentAccess:
    """Which tools an agent may use.

    A tool is allowed when the role has it, the list of allowed tools has it (where there is such a list), and it is not denied.
    """

    role: str | None = None
    """`readonly`, `contributor`, `moderator`, `admin`, or a role of your own. None: no role, which lacks no tool."""
    role_tools: tuple[str, ...] = ()
    """The tools of a role of your own."""
    allowed_tools: tuple[str, ...] | None = None
    """None: the standard tools that the role has, and all tools of a role of your own. Empty: none."""
    denied_tools: tuple[str, ...] = ()
    """Tools that the agent may not use, even where its role and list have them."""
    may_read_past: bool = False
    """Whether it may read the past, which shows what it could read then: that may be more than it can read now. No role includes it."""

    @staticmethod
    def _from(access: wire.AgentAccess) -> AgentAccess:
        kind = access.WhichOneof("role")
        predefined = _ROLE_NAMES.get(access.predefined_role, str(access.predefined_role)) if access.predefined_role else None
        return AgentAccess(
            role=access.custom_role.name if kind == "custom_role" else predefined,
            role_tools=tuple(tool_names(access.custom_role.tools)),
            allowed_tools=tuple(tool_names(access.allowed_tools.tools)) if access.HasField("allowed_tools") else None,
            denied_tools=tuple(tool_names(access.denied_tools)),
            may_read_past=access.may_read_past,
        )

    def _to_wire(self) -> wire.AgentAccess:
        """Raises SynthaInvalidArgumentError (TOOL_INVALID) for a name that is no tool."""
        access = wire.AgentAccess(denied_tools=_numbers_of(self.denied_tools), may_read_past=self.may_read_past)
        if self.role in _ROLES and not self.role_tools:
            access.predefined_role = _ROLES[self.role]
        elif self.role or self.role_tools:
            access.custom_role.CopyFrom(wire.CustomRole(name=optional_text(self.role, "role") or "", tools=_numbers_of(self.role_tools)))
        if self.allowed_tools is not None:
            access.allowed_tools.CopyFrom(wire.ToolList(tools=_numbers_of(self.allowed_tools)))
        return access


def known_tools(names: Iterable[str], what: str) -> tuple[str, ...]:
    """The names that are tools here. Others are left out with a warning: they may be tools of the program's own."""
    given = names_of(names, what)
    if unknown := [name for name in given if name not in _TOOLS]:
        told = ", ".join(map(repr, unknown))
        warn(f"{what}: {told} is no tool of the server and is ignored. The tools are {', '.join(ALL_TOOLS)}.")
    return tuple(name for name in given if name in _TOOLS)


def tool_names(numbers: Iterable[int]) -> list[str]:
    """A tool of a newer server has no name here: its number stands for it."""
    return [_TOOL_NAMES.get(number, str(number)) for number in numbers]


def _numbers_of(names: Iterable[str]) -> list[options_pb2.Tool]:
    return [_number_of(name) for name in names_of(names, "access")]


def _number_of(name: str) -> options_pb2.Tool:
    if name not in _TOOLS:
        raise refusal("TOOL_INVALID", f"There is no tool {name!r}. The tools are {', '.join(ALL_TOOLS)}.", "access", tool=name)
    return _TOOLS[name]
