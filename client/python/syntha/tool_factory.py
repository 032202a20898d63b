"""SynthaToolFactory: the tools of one handler for several frameworks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from syntha._arguments import text_of
from syntha._tools.frameworks import validation_of
from syntha.framework_adapters import FRAMEWORK_ADAPTERS, FrameworkAdapter, create_framework_adapter, get_supported_frameworks

__all__ = ["FRAMEWORK_ADAPTERS", "SynthaToolFactory", "create_tool_factory"]

_CALLED_BY_THE_PROGRAM = ("openai", "anthropic")


class SynthaToolFactory:
    """Makes tools for frameworks. It keeps an adapter for each framework that it was asked for. With a handler of syntha.aio,
    create_tools, create_tool, the functions of create_function_handler and create_hybrid_integration return awaitables."""

    def __init__(self, tool_handler: Any) -> None:
        self.tool_handler = tool_handler
        self._adapters: dict[str, FrameworkAdapter] = {}

    def get_adapter(self, framework_name: str) -> FrameworkAdapter:
        """The adapter of a framework. Raises SynthaFrameworkError for a framework that has none."""
        name = text_of(framework_name, "framework_name").lower()
        if name not in self._adapters:
            self._adapters[name] = create_framework_adapter(framework_name, self.tool_handler)
        return self._adapters[name]

    def create_tools(self, framework_name: str) -> Any:
        """A list of the tools that the agent may use."""
        return self.get_adapter(framework_name).create_all_tools()

    def create_tool(self, framework_name: str, tool_name: str) -> Any:
        """One tool. Raises SynthaToolError when there is none of this name that the agent may use."""
        return self.tool_handler._run(self.tool_handler._one_adapted(self.get_adapter(framework_name), tool_name))

    def get_supported_frameworks(self) -> list[str]:
        """The names of the frameworks that have an adapter."""
        return get_supported_frameworks()

    def is_framework_supported(self, framework_name: str) -> bool:
        """Whether the framework has an adapter."""
        return text_of(framework_name, "framework_name").lower() in FRAMEWORK_ADAPTERS

    def get_framework_info(self, framework_name: str | None = None) -> dict[str, Any]:
        """`name`, `adapter` (the class's name), `description`, `package` (what must be installed, or None) and `has_function_handler`.
        Without a name: `{name: …}` of all frameworks."""
        if framework_name is None:
            return {name: self.get_framework_info(name) for name in FRAMEWORK_ADAPTERS}
        adapter = self.get_adapter(framework_name)
        return {
            "name": framework_name.lower(),
            "adapter": type(adapter).__name__,
            "description": type(adapter).__doc__,
            "package": adapter.package,
            "has_function_handler": framework_name.lower() in _CALLED_BY_THE_PROGRAM,
        }

    def create_function_handler(self, framework_name: str) -> Callable[..., Any] | None:
        """A function `(tool_name, arguments)`, see ToolHandler.get_framework_handler. None: the framework calls its tools itself."""
        self.get_adapter(framework_name)
        is_needed = framework_name.lower() in _CALLED_BY_THE_PROGRAM
        return self.tool_handler.get_framework_handler(framework_name) if is_needed else None

    def clear_cache(self) -> None:
        """Forgets the adapters."""
        self._adapters.clear()

    def get_cache_info(self) -> dict[str, Any]:
        """`cached_frameworks` and `cache_size`, their number."""
        return {"cached_frameworks": list(self._adapters), "cache_size": len(self._adapters)}

    def validate_framework_requirements(self, framework_name: str) -> dict[str, Any]:
        """As ToolHandler.validate_framework, for the frameworks that have an adapter."""
        return validation_of(framework_name, self.get_supported_frameworks())

    def create_hybrid_integration(self, framework_name: str, existing_tools: list[Any] | None = None) -> Any:
        """As ToolHandler.create_framework_integration."""
        return self.tool_handler.create_framework_integration(framework_name, existing_tools)


def create_tool_factory(tool_handler: Any) -> SynthaToolFactory:
    """A factory for the tools of a handler."""
    return SynthaToolFactory(tool_handler)
