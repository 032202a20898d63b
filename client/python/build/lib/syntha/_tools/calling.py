"""Tools for a model: their definitions, and calls of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from syntha._calls.plan import Plan, Rpc, operation, write
from syntha.errors import SynthaError
from syntha.roles import TOOLS
from syntha.v1 import tool_handler_pb2 as wire

_PREFIX = "syntha_"


class Calling:
    if TYPE_CHECKING:
        agent_name: str | None

        def _ready(self) -> Plan[str]: ...

        def _run(self, plan: Plan[Any]) -> Any: ...

    @operation
    def handle_tool_call(self, /, tool_name: str, **arguments: Any) -> Plan[dict[str, Any]]:
        """Calls a tool as a model does. Every result has `success`; a failure is a result with `error`, never an exception. Names may have
        the prefix `syntha_`."""
        return (yield from self._call_tool(tool_name, arguments))

    @operation
    def get_schemas(self, merge_with: Iterable[dict[str, Any]] | None = None) -> Plan[list[dict[str, Any]]]:
        """The tools that the agent may use: `{name, description, parameters}` each. merge_with: definitions of tools of your own, which
        come first; one of ours that has the name of one of them is called `syntha_<name>`."""
        own = list(merge_with or ())
        ours = yield from self._definitions(wire.TOOL_DIALECT_LANGCHAIN, [_name_of(definition) for definition in own])
        return own + ours

    @operation
    def get_syntha_schemas_only(self) -> Plan[list[dict[str, Any]]]:
        """As get_schemas, without tools of your own."""
        return (yield from self._definitions(wire.TOOL_DIALECT_LANGCHAIN))

    def create_hybrid_handler(self, user_handler: Callable[..., Any] | None = None, own_tools: Iterable[str] = ()) -> Callable[..., Any]:
        """A function `(tool_name, **arguments)` that calls our tools, also under the prefix `syntha_`, and passes all others to yours.
        own_tools: names that are yours, although we have a tool of that name."""
        ours = {*TOOLS, *(f"{_PREFIX}{tool}" for tool in TOOLS)} - set(own_tools)

        def call(tool_name: str, **arguments: Any) -> Any:
            if tool_name in ours or user_handler is None:
                return self._run(self._call_tool(tool_name, arguments))
            return user_handler(tool_name, **arguments)

        return call

    def _call_tool(self, tool_name: str, arguments: dict[str, Any] | str) -> Plan[dict[str, Any]]:
        if not self.agent_name:
            return {"success": False, "error": "Agent name not set"}
        try:
            agent_name = yield from self._ready()
            text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
            request = wire.CallToolRequest(agent_name=agent_name, name=tool_name, arguments_json=text)
            response = yield write("ToolHandler/CallTool", request)
        except SynthaError as error:
            return {"success": False, "error": str(error), "reason": error.reason or error.status.name}
        except (TypeError, ValueError) as error:
            return {"success": False, "error": f"The arguments are no JSON: {error}"}
        return json.loads(response.result_json)

    def _definitions(self, dialect: wire.ToolDialect, taken_names: Iterable[str] = ()) -> Plan[list[dict[str, Any]]]:
        agent_name = yield from self._ready()
        request = wire.ListToolsRequest(agent_name=agent_name, dialect=dialect, taken_names=taken_names)
        response = yield Rpc("ToolHandler/ListTools", request)
        return [json.loads(tool.definition_json) for tool in response.tools]


def _name_of(definition: dict[str, Any]) -> str:
    """Of a definition in any of the common forms."""
    return str(definition["name"] if "name" in definition else definition["function"]["name"])


def create_hybrid_tool_handler(
    context_mesh: Any, agent_name: str, user_tool_handler: Callable[..., Any] | None = None
) -> Callable[..., Any]:
    """A function `(tool_name, **arguments)` that calls our tools in the agent's name, and passes all others to yours."""
    return context_mesh.for_agent(agent_name).create_hybrid_handler(user_tool_handler)
