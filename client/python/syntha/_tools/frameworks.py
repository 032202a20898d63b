"""The tools in the forms of frameworks. A framework is imported when its tools are asked for, and only when it wants objects of its
own."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from syntha._calls.plan import Plan, operation
from syntha.errors import SynthaFrameworkError
from syntha.v1 import tool_handler_service_pb2 as wire

_DIALECTS = {
    "agno": wire.TOOL_DIALECT_AGNO,
    "anthropic": wire.TOOL_DIALECT_ANTHROPIC,
    "gemini": wire.TOOL_DIALECT_GEMINI,
    "json_schema": wire.TOOL_DIALECT_JSON_SCHEMA,
    "langchain": wire.TOOL_DIALECT_LANGCHAIN,
    "langgraph": wire.TOOL_DIALECT_LANGCHAIN,
    "mcp": wire.TOOL_DIALECT_MCP,
    "openai": wire.TOOL_DIALECT_OPENAI,
    "openai_strict": wire.TOOL_DIALECT_OPENAI_STRICT,
}


class Frameworks:
    if TYPE_CHECKING:

        def _run(self, plan: Plan[Any]) -> Any: ...

        def _call_tool(self, tool_name: str, arguments: dict[str, Any] | str) -> Plan[dict[str, Any]]: ...

        def _definitions(self, dialect: wire.ToolDialect) -> Plan[list[dict[str, Any]]]: ...

    def get_supported_frameworks(self) -> list[str]:
        """The names that get_tools_for_framework takes."""
        return sorted(_DIALECTS)

    @operation
    def get_openai_functions(self, strict: bool = False) -> Plan[list[dict[str, Any]]]:
        """`{type: "function", function: {name, description, parameters}}` each. strict: for OpenAI's strict mode."""
        return (yield from self._definitions(wire.TOOL_DIALECT_OPENAI_STRICT if strict else wire.TOOL_DIALECT_OPENAI))

    @operation
    def get_anthropic_tools(self) -> Plan[list[dict[str, Any]]]:
        """`{name, description, input_schema}` each."""
        return (yield from self._definitions(wire.TOOL_DIALECT_ANTHROPIC))

    @operation
    def get_langchain_tools(self) -> Plan[list[Any]]:
        """LangChain's StructuredTool objects, which call the server. Needs langchain-core."""
        return (yield from self._tools_for("langchain"))

    @operation
    def get_langgraph_tools(self) -> Plan[list[dict[str, Any]]]:
        """`{name, description, parameters, function}` each, with a function that calls the server."""
        return (yield from self._tools_for("langgraph"))

    @operation
    def get_tools_for_framework(self, framework: str) -> Plan[list[Any]]:
        """The tools as the framework takes them: definitions, or for LangChain and Agno objects that call the server."""
        return (yield from self._tools_for(framework))

    def get_framework_handler(self, framework: str) -> Callable[[str, Any], Any]:
        """A function `(tool_name, arguments)` that calls a tool with the arguments of a model: an object, or its JSON text."""
        _dialect_of(framework)

        def call(tool_name: str, arguments: Mapping[str, Any] | str | None = None) -> Any:
            sent: dict[str, Any] | str = arguments if isinstance(arguments, str) else dict(arguments or {})
            return self._run(self._call_tool(tool_name, sent))

        return call

    def _tools_for(self, framework: str) -> Plan[list[Any]]:
        dialect = _dialect_of(framework)
        make = {"langchain": _langchain_tool, "langgraph": _with_function, "agno": _agno_function}.get(framework.lower())
        definitions = yield from self._definitions(dialect)
        return definitions if make is None else [make(definition, self._function_of(definition["name"])) for definition in definitions]

    def _function_of(self, tool_name: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            # Frameworks fill in None where the model left an argument out.
            given = {name: value for name, value in arguments.items() if value is not None}
            return self._run(self._call_tool(tool_name, given))

        call.__name__ = tool_name
        return call


def _dialect_of(framework: str) -> wire.ToolDialect:
    try:
        return _DIALECTS[framework.lower()]
    except KeyError:
        raise SynthaFrameworkError(
            f"There are no tools for {framework!r}. Supported: {', '.join(sorted(_DIALECTS))}.", framework
        ) from None


def _with_function(definition: dict[str, Any], call: Callable[..., Any]) -> dict[str, Any]:
    return {**definition, "function": call}


def _langchain_tool(definition: dict[str, Any], call: Callable[..., Any]) -> Any:
    try:
        from langchain_core.tools import StructuredTool
    except ImportError as missing:
        raise SynthaFrameworkError("LangChain is not installed: pip install langchain-core", "langchain") from missing
    waits, awaits = _text_of(call)
    return StructuredTool(
        name=definition["name"],
        description=definition["description"],
        args_schema=definition["parameters"],
        func=waits,
        coroutine=awaits,
    )


def _agno_function(definition: dict[str, Any], call: Callable[..., Any]) -> Any:
    try:
        from agno.tools.function import Function
    except ImportError as missing:
        raise SynthaFrameworkError("Agno is not installed: pip install agno", "agno") from missing
    waits, _ = _text_of(call)
    return Function(**definition, entrypoint=waits, skip_entrypoint_processing=True)


def _text_of(call: Callable[..., Any]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Models read text. Returns a function that returns text, and a coroutine function."""

    async def awaits(**arguments: Any) -> str:
        result = call(**arguments)
        return json.dumps(await result if inspect.isawaitable(result) else result, ensure_ascii=False)

    def waits(**arguments: Any) -> Any:
        result = call(**arguments)
        return awaits_of(result) if inspect.isawaitable(result) else json.dumps(result, ensure_ascii=False)

    async def awaits_of(result: Any) -> str:
        return json.dumps(await result, ensure_ascii=False)

    return waits, awaits
