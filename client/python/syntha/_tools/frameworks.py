"""The tools in the forms of frameworks, and calls as frameworks make them."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from syntha._arguments import text_of, wrong_type
from syntha._calls.plan import Plan, operation
from syntha._tools.schemas import giving_way, name_of
from syntha.exceptions import SynthaToolError
from syntha.framework_adapters import (
    FRAMEWORK_ADAPTERS,
    FrameworkAdapter,
    create_framework_adapter,
    get_supported_frameworks,
    unsupported,
)
from syntha.v1 import tool_handler_service_pb2 as wire

# What the server writes itself: forms that have no adapter here.
_DIALECTS = {
    "gemini": wire.TOOL_DIALECT_GEMINI,
    "json_schema": wire.TOOL_DIALECT_JSON_SCHEMA,
    "mcp": wire.TOOL_DIALECT_MCP,
    "openai_strict": wire.TOOL_DIALECT_OPENAI_STRICT,
}


class Frameworks:
    if TYPE_CHECKING:
        agent_name: str | None

        def _run(self, plan: Plan[Any]) -> Any: ...

        def _call_tool(self, tool_name: str, arguments: dict[str, Any] | str) -> Plan[dict[str, Any]]: ...

        def _definitions(self, dialect: wire.ToolDialect, taken_names: Iterable[str] = ()) -> Plan[list[dict[str, Any]]]: ...

    def get_supported_frameworks(self) -> list[str]:
        """The names of the frameworks that have an adapter, as syntha.get_supported_frameworks. get_tools_for_framework also takes
        the names of forms that are no framework: gemini, json_schema, mcp and openai_strict."""
        return get_supported_frameworks()

    @operation
    def get_openai_functions(self, strict: bool = False) -> Plan[list[dict[str, Any]]]:
        """`{type: "function", function: {name, description, parameters}}` each. strict: for OpenAI's strict mode."""
        return (yield from self._tools_for("openai_strict" if strict else "openai"))

    @operation
    def get_anthropic_tools(self) -> Plan[list[dict[str, Any]]]:
        """`{name, description, input_schema}` each."""
        return (yield from self._tools_for("anthropic"))

    @operation
    def get_langchain_tools(self) -> Plan[list[Any]]:
        """LangChain's StructuredTool objects, which call the server. Needs langchain-core."""
        return (yield from self._tools_for("langchain"))

    @operation
    def get_langgraph_tools(self) -> Plan[list[dict[str, Any]]]:
        """`{name, description, parameters, function, coroutine}` each, with a function that calls the server and returns JSON text, and a
        coroutine function that does the same."""
        return (yield from self._tools_for("langgraph"))

    @operation
    def get_tools_for_framework(self, framework_name: str) -> Plan[list[Any]]:
        """The tools as the framework takes them: definitions, or for LangChain and Agno objects that call the server. Raises
        SynthaFrameworkError for a framework that is not known, or not installed."""
        return (yield from self._tools_for(framework_name))

    def get_framework_handler(self, framework_name: str) -> Callable[..., Any]:
        """A function `(tool_name, arguments)` that calls a tool with the arguments of a model: an object, or its JSON text. Its result is
        an object with `success`. Text that is no JSON is such a failure as well, and its error begins with `Function call error`."""
        self._demand(framework_name)

        def call(tool_name: str, arguments: Mapping[str, Any] | str | None = None) -> Any:
            return self._run(self._call_of_a_model(tool_name, arguments or {}))

        return call

    @operation
    def create_framework_integration(
        self, framework_name: str, existing_tools: list[Any] | None = None
    ) -> Plan[dict[str, Any]]:
        """All that a program of the framework needs: `framework`; `tools`, which are your existing_tools and then ours; `syntha_tools`,
        ours alone; `existing_tools`; `handler`, see get_framework_handler; `tool_handler`, this object. A tool of ours that has the name
        of one of yours is called `syntha_<name>`."""
        own = list(existing_tools or ())
        ours = yield from self._tools_for(framework_name, [name for name in map(_name_in, own) if name])
        return {
            "framework": framework_name.lower(),
            "tools": [*own, *ours],
            "syntha_tools": ours,
            "existing_tools": own,
            "handler": self.get_framework_handler(framework_name),
            "tool_handler": self,
        }

    def validate_framework(self, framework_name: str) -> dict[str, Any]:
        """Whether get_tools_for_framework would work here: `framework`, `supported` (known by name), `installed`, `valid` (both),
        `missing` (packages), `supported_frameworks`, and `error` (None where it is valid)."""
        return validation_of(framework_name, _forms())

    def _tools_for(self, framework_name: str, taken_names: Iterable[str] = ()) -> Plan[list[Any]]:
        self._demand(framework_name)
        name = framework_name.lower()
        if name in _DIALECTS:
            return (yield from self._definitions(_DIALECTS[name], taken_names))
        return (yield from self._adapted(create_framework_adapter(name, self), taken_names=taken_names))

    def _adapted(
        self, adapter: FrameworkAdapter, tools: Iterable[str] | None = None, taken_names: Iterable[str] = ()
    ) -> Plan[list[Any]]:
        definitions = yield from self._definitions(wire.TOOL_DIALECT_LANGCHAIN)
        wanted = [schema for schema in definitions if tools is None or schema["name"] in tools]
        return [adapter.create_tool(schema["name"], schema) for schema in giving_way(wanted, taken_names)]

    def _one_adapted(self, adapter: FrameworkAdapter, tool_name: str) -> Plan[Any]:
        for tool in (yield from self._adapted(adapter, [tool_name])):
            return tool
        raise SynthaToolError(f"There is no tool {tool_name!r} that the agent may use.", tool_name, self.agent_name)

    def _call_of_a_model(self, tool_name: str, arguments: Mapping[str, Any] | str) -> Plan[dict[str, Any]]:
        if isinstance(arguments, Mapping):
            return (yield from self._call_tool(tool_name, dict(arguments)))
        if not isinstance(arguments, str):
            fault = str(wrong_type("arguments", arguments, "an object, or its JSON text"))
            return {"success": False, "error": f"Function call error: {fault}", "tool": tool_name}
        try:
            json.loads(arguments or "{}")
        except ValueError as fault:
            return {"success": False, "error": f"Function call error: the arguments are not JSON: {fault}", "tool": tool_name}
        return (yield from self._call_tool(tool_name, arguments))

    def _demand(self, framework_name: str) -> None:
        if text_of(framework_name, "framework_name").lower() not in _forms():
            raise unsupported(framework_name, _forms())


def _forms() -> list[str]:
    """All names that get_tools_for_framework takes, those of frameworks first."""
    return [*get_supported_frameworks(), *(name for name in sorted(_DIALECTS) if name not in FRAMEWORK_ADAPTERS)]


def validation_of(framework_name: str, supported: list[str]) -> dict[str, Any]:
    name = text_of(framework_name, "framework_name").lower()
    package = getattr(FRAMEWORK_ADAPTERS.get(name), "package", None)
    is_known = name in supported
    is_installed = is_known and (package is None or importlib.util.find_spec(package.replace("-", "_")) is not None)
    return {
        "framework": name,
        "supported": is_known,
        "installed": is_installed,
        "valid": is_installed,
        "missing": [package] if is_known and not is_installed else [],
        "supported_frameworks": supported,
        "error": None
        if is_installed
        else f"{framework_name} is not installed: pip install {package}"
        if is_known
        else str(unsupported(framework_name, supported)),
    }


def _name_in(tool: Any) -> str | None:
    """Of a tool in any form: a definition, an object of a framework, or a function."""
    if isinstance(tool, Mapping):
        return name_of(dict(tool)) if "name" in tool or "function" in tool else None
    return getattr(tool, "name", None) or getattr(tool, "__name__", None)
