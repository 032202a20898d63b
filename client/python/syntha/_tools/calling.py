"""Tools for a model: their definitions, and calls."""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any

from syntha._arguments import json_of, text_of
from syntha._calls.failures import denial_of, routing_denial_of
from syntha._calls.plan import Plan, Rpc, operation, write
from syntha._tools.schemas import PREFIX, giving_way, name_of, schema_of
from syntha.access import ALL_TOOLS, TOOLS, AgentAccess
from syntha.exceptions import SynthaError
from syntha.roles import role_told
from syntha.v1 import tool_handler_service_pb2 as wire

# So begins the server's result for a tool that the agent may not use.
_DENIED = "Access denied to tool: "


class Calling:
    if TYPE_CHECKING:
        agent_name: str | None

        def _ready(self) -> Plan[str]: ...

        def _run(self, plan: Plan[Any]) -> Any: ...

        def _current(self) -> Plan[tuple[AgentAccess, list[str]]]: ...

    @operation
    def handle_tool_call(self, /, tool_name: str, **arguments: Any) -> Plan[dict[str, Any]]:
        """Calls a tool as a model does. Every result has `success`. A failure is a result with `error`, and never an exception. A name may
        have the prefix `syntha_`."""
        return (yield from self._call_tool(tool_name, arguments))

    @operation
    def handle_get_context(self, /, **arguments: Any) -> Plan[dict[str, Any]]:
        """The tool get_context: keys. The result has context, agent_name, keys_requested and keys_found."""
        return (yield from self._call_tool("get_context", arguments))

    @operation
    def handle_push_context(self, /, **arguments: Any) -> Plan[dict[str, Any]]:
        """The tool push_context: key, value, topics, subscribers, ttl_hours. The result repeats them, and has sender_agent."""
        return (yield from self._call_tool("push_context", arguments))

    @operation
    def handle_list_context(self, /, **arguments: Any) -> Plan[dict[str, Any]]:
        """The tool list_context. The result has keys_by_topic, all_accessible_keys, topics_subscribed, agent_name and total_keys."""
        return (yield from self._call_tool("list_context", arguments))

    @operation
    def handle_subscribe_to_topics(self, /, **arguments: Any) -> Plan[dict[str, Any]]:
        """The tool subscribe_to_topics: topics. The result has agent, topics and topics_subscribed."""
        return (yield from self._call_tool("subscribe_to_topics", arguments))

    @operation
    def handle_unsubscribe_from_topics(self, /, **arguments: Any) -> Plan[dict[str, Any]]:
        """The tool unsubscribe_from_topics: topics. The result has topics_unsubscribed, topics_not_subscribed and remaining_topics."""
        return (yield from self._call_tool("unsubscribe_from_topics", arguments))

    @operation
    def handle_discover_topics(self, /, **arguments: Any) -> Plan[dict[str, Any]]:
        """The tool discover_topics: include_subscriber_names. The result has topics, total_topics, popular_topics and suggestions."""
        return (yield from self._call_tool("discover_topics", arguments))

    @operation
    def handle_delete_topic(self, /, **arguments: Any) -> Plan[dict[str, Any]]:
        """The tool delete_topic: topic, confirm. The result has topic, subscribers_affected and context_items_deleted."""
        return (yield from self._call_tool("delete_topic", arguments))

    @property
    def handlers(self) -> dict[str, Callable[..., Any]]:
        """`{tool: function}`: the seven methods handle_get_context, handle_push_context and so on."""
        return {tool: getattr(self, f"handle_{tool}") for tool in TOOLS}

    @operation
    def get_schemas(self, merge_with: Iterable[dict[str, Any]] | None = None) -> Plan[list[dict[str, Any]]]:
        """The tools that the agent may use: `{name, description, parameters}` each. Without an agent's name: all seven, or those that the
        handler was given. merge_with: definitions of your own tools. They come first. A tool of ours that has the name of one of them is
        called `syntha_<name>`."""
        own = list(merge_with or ())
        ours = yield from self._definitions(wire.TOOL_DIALECT_LANGCHAIN, [name_of(definition) for definition in own])
        return own + ours

    @operation
    def get_syntha_schemas_only(self) -> Plan[list[dict[str, Any]]]:
        """The same without your own tools."""
        return (yield from self._definitions(wire.TOOL_DIALECT_LANGCHAIN))

    def create_hybrid_handler(
        self, user_tool_handler: Callable[..., Any] | None = None, own_tools: Iterable[str] = ()
    ) -> Callable[..., Any]:
        """A function `(tool_name, **arguments)` that calls our tools, also with the prefix `syntha_`, and passes all other names to your
        handler. own_tools: names of your tools that we have as well. They go to your handler. An exception of your handler becomes a
        result with `success: false`."""
        ours = {*ALL_TOOLS, *(f"{PREFIX}{tool}" for tool in ALL_TOOLS)} - set(own_tools)

        def call(tool_name: str, **arguments: Any) -> Any:
            if tool_name in ours or user_tool_handler is None:
                return self._run(self._call_tool(tool_name, arguments))
            try:
                result = user_tool_handler(tool_name, **arguments)
            except Exception as error:
                return _failed(tool_name, error)
            return _settled(tool_name, result) if inspect.isawaitable(result) else result

        return call

    def _call_tool(self, tool_name: str, arguments: dict[str, Any] | str) -> Plan[dict[str, Any]]:
        if not self.agent_name:
            return {"success": False, "error": "Agent name not set"}
        try:
            agent_name = yield from self._ready()
            text_of(tool_name, "tool_name")
            text = arguments if isinstance(arguments, str) else _arguments_of(arguments)
            request = wire.CallToolRequest(as_agent=agent_name, name=tool_name, arguments_json=text)
            response = yield write("ToolHandler/CallTool", request)
        except SynthaError as error:
            return failure_of(error)
        except UnicodeEncodeError as lone:
            return {"success": False, "error": f"The arguments have no JSON form: they have a lone surrogate: {lone.reason}"}
        result: dict[str, Any] = json.loads(response.result_json)
        if str(result.get("error", "")).startswith(_DENIED):
            result["agent_role"] = role_told(result.get("agent_role"))
            result["suggestions"] = denial_of(agent_name)
        elif result.get("reason") == "ROUTING_NOT_ALLOWED":
            result["suggestions"] = routing_denial_of(agent_name)
        return result

    def _definitions(self, dialect: wire.ToolDialect, taken_names: Iterable[str] = ()) -> Plan[list[dict[str, Any]]]:
        if not self.agent_name and dialect == wire.TOOL_DIALECT_LANGCHAIN:
            _, available = yield from self._current()
            return giving_way(map(schema_of, available), taken_names)
        agent_name = yield from self._ready()
        request = wire.ListToolsRequest(agent=agent_name, dialect=dialect, taken_names=taken_names)
        response = yield Rpc("ToolHandler/ListTools", request)
        return [json.loads(tool.definition_json) for tool in response.tools]


def _arguments_of(arguments: dict[str, Any]) -> str:
    try:
        return json_of(arguments, "arguments")
    except SynthaError:
        # Which of them it is, and of which key.
        key = arguments.get("key")
        for name, argument in arguments.items():
            json_of(argument, name, key if isinstance(key, str) and name != "key" else None)
        raise


def failure_of(error: SynthaError) -> dict[str, Any]:
    """The result of a tool whose call failed."""
    status = None if error.status is None else error.status.name
    return {"success": False, "error": str(error), "reason": error.reason or status or error.error_code}


def _failed(tool_name: str, error: Exception) -> dict[str, Any]:
    return {"success": False, "error": f"Function call error: {tool_name}: {error}", "tool": tool_name}


async def _settled(tool_name: str, result: Awaitable[Any]) -> Any:
    try:
        return await result
    except Exception as error:
        return _failed(tool_name, error)


def create_hybrid_tool_handler(
    context_mesh: Any, agent_name: str, user_tool_handler: Callable[..., Any] | None = None
) -> Callable[..., Any]:
    """A function `(tool_name, **arguments)` that calls our tools in the agent's name, and passes all other names to your handler."""
    return context_mesh.for_agent(agent_name).create_hybrid_handler(user_tool_handler)
