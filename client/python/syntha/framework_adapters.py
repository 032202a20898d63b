"""Adapters: the tools in the forms of frameworks. A framework is imported when a tool in its form is made, and only when it wants objects
of its own. With a handler of syntha.aio create_all_tools is awaited. The tools' functions then wait for the result in any thread but that
of the event loop, where they raise RuntimeError; coroutine functions stand beside them."""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any

from syntha._arguments import text_of
from syntha.exceptions import SynthaFrameworkError

__all__ = [
    "FRAMEWORK_ADAPTERS",
    "AgnoAdapter",
    "AnthropicAdapter",
    "FrameworkAdapter",
    "LangChainAdapter",
    "LangGraphAdapter",
    "OpenAIAdapter",
    "create_framework_adapter",
    "get_supported_frameworks",
]

# A person should be asked before a model uses one of these.
_DESTRUCTIVE = frozenset({"delete_topic"})


class FrameworkAdapter(ABC):
    """Makes the tools of one handler in the form of one framework. A subclass of your own adds a framework."""

    package: str | None = None
    """What must be installed, as pip calls it. None: nothing, because the tools are plain objects."""

    def __init__(self, tool_handler: Any, framework_name: str) -> None:
        self.tool_handler = tool_handler
        self.framework_name = framework_name

    @abstractmethod
    def create_tool(self, tool_name: str, tool_schema: dict[str, Any]) -> Any:
        """One tool. tool_schema: its definition, `{name, description, parameters}`."""

    def convert_parameters(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """The JSON schema of a tool's arguments, as the framework takes it. By default it is as it is."""
        return dict(parameters)

    def create_all_tools(self) -> Any:
        """A list of the tools that the agent may use."""
        return self.tool_handler._run(self.tool_handler._adapted(self))

    def _function_of(self, tool_name: str, instead: str) -> Callable[..., Any]:
        """A function that takes the arguments by name, calls the tool, and returns the result as JSON text, which models read. instead:
        what to use in an event loop, where a function cannot wait for a handler of syntha.aio."""

        def call(**arguments: Any) -> str:
            if not getattr(self.tool_handler, "is_asynchronous", False):
                return _text_of(self._call(tool_name, arguments))
            if _is_in_loop():
                # The model would get the coroutine itself.
                raise RuntimeError(f"The tool {tool_name!r} of syntha.aio was called in an event loop without await. Use {instead}.")
            return self._wait_for(_text_later(self._call(tool_name, arguments)))

        call.__name__ = tool_name
        return call

    def _coroutine_function_of(self, tool_name: str) -> Callable[..., Awaitable[str]]:
        """The same as a coroutine function."""

        async def call(**arguments: Any) -> str:
            if getattr(self.tool_handler, "is_asynchronous", False):
                return await _text_later(self._call(tool_name, arguments))
            # A blocking handler must not hold the event loop.
            return await asyncio.to_thread(lambda: _text_of(self._call(tool_name, arguments)))

        call.__name__ = tool_name
        return call

    def _call(self, tool_name: str, arguments: dict[str, Any]) -> Any:
        # Frameworks fill in None where the model left an argument out.
        given = {name: value for name, value in arguments.items() if value is not None}
        return self.tool_handler.handle_tool_call(tool_name, **given)

    def _wait_for(self, text: Coroutine[Any, Any, str]) -> str:
        """Frameworks call functions in threads of their own. A mesh that serves an event loop meanwhile is served by that loop."""
        loop = self.tool_handler.context_mesh._connection.running_loop
        return asyncio.run(text) if loop is None else asyncio.run_coroutine_threadsafe(text, loop).result()

    def _handler(self) -> Callable[..., Any]:
        return self.tool_handler.get_framework_handler(self.framework_name)


class OpenAIAdapter(FrameworkAdapter):
    """`{type: "function", function: {name, description, parameters}}`."""

    def __init__(self, tool_handler: Any) -> None:
        super().__init__(tool_handler, "openai")

    def create_tool(self, tool_name: str, tool_schema: dict[str, Any]) -> dict[str, Any]:
        function = {"name": tool_name, "description": tool_schema["description"]}
        return {"type": "function", "function": {**function, "parameters": self.convert_parameters(tool_schema["parameters"])}}

    def create_function_handler(self) -> Callable[..., Any]:
        """A function `(tool_name, arguments)`. arguments: an object, or its JSON text as OpenAI gives it."""
        return self._handler()


class AnthropicAdapter(FrameworkAdapter):
    """`{name, description, input_schema}`."""

    def __init__(self, tool_handler: Any) -> None:
        super().__init__(tool_handler, "anthropic")

    def create_tool(self, tool_name: str, tool_schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "name": tool_name,
            "description": tool_schema["description"],
            "input_schema": self.convert_parameters(tool_schema["parameters"]),
        }

    def create_tool_handler(self) -> Callable[..., Any]:
        """A function `(tool_name, arguments)`. arguments: the `input` of a `tool_use` block."""
        return self._handler()


class LangGraphAdapter(FrameworkAdapter):
    """`{name, description, parameters, function, coroutine}`, with a function and a coroutine function that return JSON text."""

    def __init__(self, tool_handler: Any) -> None:
        super().__init__(tool_handler, "langgraph")

    def create_tool(self, tool_name: str, tool_schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "name": tool_name,
            "description": tool_schema["description"],
            "parameters": self.convert_parameters(tool_schema["parameters"]),
            "function": self._function_of(tool_name, "the tool's coroutine"),
            "coroutine": self._coroutine_function_of(tool_name),
        }


class LangChainAdapter(FrameworkAdapter):
    """LangChain's StructuredTool, which returns JSON text."""

    package = "langchain-core"

    def __init__(self, tool_handler: Any) -> None:
        super().__init__(tool_handler, "langchain")

    def create_tool(self, tool_name: str, tool_schema: dict[str, Any]) -> Any:
        try:
            from langchain_core.tools import StructuredTool
        except ImportError as missing:
            raise _not_installed("LangChain", self, tool_name) from missing
        return StructuredTool(
            name=tool_name,
            description=tool_schema["description"],
            args_schema=self.convert_parameters(tool_schema["parameters"]),
            func=self._function_of(tool_name, "ainvoke"),
            coroutine=self._coroutine_function_of(tool_name),
        )


class AgnoAdapter(FrameworkAdapter):
    """Agno's Function, which returns JSON text."""

    package = "agno"

    def __init__(self, tool_handler: Any) -> None:
        super().__init__(tool_handler, "agno")

    def create_tool(self, tool_name: str, tool_schema: dict[str, Any]) -> Any:
        try:
            from agno.tools.function import Function
        except ImportError as missing:
            raise _not_installed("Agno", self, tool_name) from missing
        asks = {"requires_confirmation": True} if tool_name in _DESTRUCTIVE else {}
        return Function(
            name=tool_name,
            description=tool_schema["description"],
            parameters=self.convert_parameters(tool_schema["parameters"]),
            entrypoint=self._function_of(tool_name, "Agno's arun, which calls it in a thread"),
            skip_entrypoint_processing=True,
            **asks,
        )

    def create_tools(self, tools: list[str] | None = None) -> Any:
        """The tools with these names, of those that the agent may use. None: all of them."""
        return self.tool_handler._run(self.tool_handler._adapted(self, tools))


FRAMEWORK_ADAPTERS: dict[str, Callable[[Any], FrameworkAdapter]] = {
    "langchain": LangChainAdapter,
    "langgraph": LangGraphAdapter,
    "openai": OpenAIAdapter,
    "anthropic": AnthropicAdapter,
    "agno": AgnoAdapter,
}
"""The adapters by the frameworks' names. A program may add one of its own, which takes a handler."""


def create_framework_adapter(framework_name: str, tool_handler: Any) -> FrameworkAdapter:
    """The adapter of a framework, in any case of letters. Raises SynthaFrameworkError for a framework that has none."""
    kind = FRAMEWORK_ADAPTERS.get(text_of(framework_name, "framework_name").lower())
    if kind is None:
        raise unsupported(framework_name, FRAMEWORK_ADAPTERS)
    return kind(tool_handler)


def get_supported_frameworks() -> list[str]:
    """The names of the frameworks that have an adapter."""
    return list(FRAMEWORK_ADAPTERS)


def unsupported(framework_name: str, known: Iterable[str]) -> SynthaFrameworkError:
    supported = sorted(known)
    return SynthaFrameworkError(
        f"Unsupported framework: {framework_name!r}. Supported: {', '.join(supported)}.", framework_name, suggestions=supported
    )


def _not_installed(name: str, adapter: FrameworkAdapter, tool_name: str) -> SynthaFrameworkError:
    advice = f"pip install {adapter.package}"
    return SynthaFrameworkError(f"{name} is not installed: {advice}", adapter.framework_name, tool_name, suggestions=[advice])


def _text_of(result: Any) -> str:
    return json.dumps(result, ensure_ascii=False)


async def _text_later(result: Any) -> str:
    return _text_of(await result)


def _is_in_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
