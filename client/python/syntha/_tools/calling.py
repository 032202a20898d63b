"""Tools for a model: their definitions, and calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from syntha._calls.plan import Plan, Rpc, operation, write
from syntha.access import TOOLS
from syntha.errors import SynthaError
from syntha.v1 import tool_handler_service_pb2 as wire

_PREFIX = "syntha_"


class Calling:
    if TYPE_CHECKING:
        agent_name: str | None

        def _ready(self) -> Plan[str]: ...

        def _run(self, plan: Plan[Any]) -> Any: ...

    @operation
    def handle_tool_call(self, /, tool_name: str, **arguments: Any) -> Plan[dict[str, Any]]:
        """Calls a tool as a model does. Every result has `success`. A failure is a result with `error`, and never an exception. A name may
        have the prefix `syntha_`."""
        return (yield from self._call_tool(tool_name, arguments))

    @operation
    def get_schemas(self, merge_with: Iterable[dict[str, Any]] | None = None) -> Plan[list[dict[str, Any]]]:
        """The tools that the agent may use: `{name, description, parameters}` each. merge_with: definitions of your own tools. They come
        first. A tool of ours that has the name of one of them is called `syntha_<name>`."""
        own = list(merge_with or ())
        ours = yield from self._definitions(wire.TOOL_DIALECT_LANGCHAIN, [_name_of(definition) for definition in own])
        return own + ours

    @operation
    def get_syntha_schemas_only(self) -> Plan[list[dict[str, Any]]]:
        """The same without your own tools."""
        return (yield from self._definitions(wire.TOOL_DIALECT_LANGCHAIN))

    def create_hybrid_handler(self, user_handler: Callable[..., Any] | None = None, own_tools: Iterable[str] = ()) -> Callable[..., Any]:
        """A function `(tool_name, **arguments)` that calls our tools, also with the prefix `syntha_`, and passes all other names to your
        handler. own_tools: names of your tools that we have as well. They go to your handler."""
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
            request = wire.CallToolRequest(as_agent=agent_name, name=tool_name, arguments_json=text)
            response = yield write("ToolHandler/CallTool", request)
        except SynthaError as error:
            return {"success": False, "error": str(error), "reason": error.reason or error.status.name}
        except (TypeError, ValueError) as error:
            return {"success": False, "error": f"The arguments have no JSON form: {error}"}
        return json.loads(response.result_json)

    def _definitions(self, dialect: wire.ToolDialect, taken_names: Iterable[str] = ()) -> Plan[list[dict[str, Any]]]:
        agent_name = yield from self._ready()
        request = wire.ListToolsRequest(agent=agent_name, dialect=dialect, taken_names=taken_names)
        response = yield Rpc("ToolHandler/ListTools", request)
        return [json.loads(tool.definition_json) for tool in response.tools]


def _name_of(definition: dict[str, Any]) -> str:
    """Of a definition in one of the common forms."""
    return str(definition["name"] if "name" in definition else definition["function"]["name"])


def create_hybrid_tool_handler(
    context_mesh: Any, agent_name: str, user_tool_handler: Callable[..., Any] | None = None
) -> Callable[..., Any]:
    """A function `(tool_name, **arguments)` that calls our tools in the agent's name, and passes all other names to your handler."""
    return context_mesh.for_agent(agent_name).create_hybrid_handler(user_tool_handler)
