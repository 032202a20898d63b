"""Stand-ins for the classes of frameworks that are not installed here. They take the fields of the real classes, and no other fields. The
real classes ignore an unknown field, so a wrong name would go unnoticed."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pytest


@dataclass(kw_only=True)
class StructuredTool:
    """LangChain's: github.com/langchain-ai/langchain, libs/core/langchain_core/tools/structured.py and base.py."""

    name: str
    description: str = ""
    args_schema: Any
    func: Callable[..., Any] | None = None
    coroutine: Callable[..., Awaitable[Any]] | None = None
    return_direct: bool = False
    verbose: bool = False
    callbacks: Any = None
    tags: list[str] | None = None
    metadata: dict[str, Any] | None = None
    handle_tool_error: Any = False
    handle_validation_error: Any = False
    response_format: str = "content"

    def __post_init__(self) -> None:
        # The real class also takes models of pydantic. There are none here.
        if not isinstance(self.args_schema, dict):
            raise TypeError("args_schema must be a JSON schema dict.")

    @property
    def args(self) -> dict[str, Any]:
        return self.args_schema["properties"]  # type: ignore[no-any-return]


@dataclass(kw_only=True)
class Function:
    """Agno's: github.com/agno-agi/agno, libs/agno/agno/tools/function.py (agno 2.x)."""

    name: str
    description: str | None = None
    parameters: dict[str, Any] = field(default_factory=lambda: {"type": "object", "properties": {}, "required": []})
    strict: bool | None = None
    instructions: str | None = None
    add_instructions: bool = True
    entrypoint: Callable[..., Any] | None = None
    skip_entrypoint_processing: bool = False
    show_result: bool = False
    stop_after_tool_call: bool = False
    pre_hook: Callable[..., Any] | None = None
    post_hook: Callable[..., Any] | None = None
    tool_hooks: list[Callable[..., Any]] | None = None
    requires_confirmation: bool | None = None
    requires_user_input: bool | None = None
    user_input_fields: list[str] | None = None
    external_execution: bool | None = None
    cache_results: bool = False
    cache_dir: str | None = None
    cache_ttl: int = 3600


def pretend(monkeypatch: pytest.MonkeyPatch, module: str, kind: type) -> None:
    """Puts a stand-in in the place of the real class."""
    for end in [i for i, letter in enumerate(f"{module}.") if letter == "."]:
        monkeypatch.setitem(sys.modules, module[:end], ModuleType(module[:end]))
    setattr(sys.modules[module], kind.__name__, kind)
