"""The tools as functions of a mesh, their definitions, and the factory of tools for frameworks."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import pytest
from support.frameworks import Function, StructuredTool, pretend
from support.server import Server

from syntha import ContextMesh, SynthaFrameworkError, SynthaToolError, ToolHandler, aio, create_framework_adapter, create_tool_factory
from syntha.access import TOOLS
from syntha.framework_adapters import FRAMEWORK_ADAPTERS, AgnoAdapter, AnthropicAdapter, FrameworkAdapter, OpenAIAdapter
from syntha.persistence import DatabaseBackend, PostgreSQLBackend, SQLiteBackend, create_database_backend
from syntha.exceptions import SynthaPersistenceError
from syntha.tools import (
    get_all_tool_schemas,
    get_context_tool_schema,
    handle_delete_topic_call,
    handle_discover_topics_call,
    handle_get_context_call,
    handle_list_context_call,
    handle_push_context_call,
    handle_subscribe_to_topics_call,
    handle_unsubscribe_from_topics_call,
    merge_tool_schemas,
)
from syntha.v1 import tool_handler_service_pb2 as wire


# What makes a definition a tool that can be called.
_CALLED = ("function", "coroutine")


def test_definitions_are_those_of_the_server(agent: ToolHandler) -> None:
    assert get_all_tool_schemas() == agent.get_schemas()
    get_context_tool_schema()["parameters"]["properties"].clear()
    assert get_context_tool_schema() == agent.get_schemas()[0], "Callers get copies."


@pytest.mark.parametrize("framework", ["openai", "anthropic", "langgraph", "agno"])
def test_adapters_make_the_forms_of_the_server(monkeypatch: pytest.MonkeyPatch, agent: ToolHandler, framework: str) -> None:
    pretend(monkeypatch, "agno.tools.function", Function)
    dialect = wire.ToolDialect.Value(f"TOOL_DIALECT_{'LANGCHAIN' if framework == 'langgraph' else framework.upper()}")
    definitions = agent._run(agent._definitions(dialect))
    tools = agent.get_tools_for_framework(framework)
    if framework == "agno":
        tools = [{name: value for name in one if (value := getattr(tool, name)) is not None} for one, tool in zip(definitions, tools)]

    assert [{name: value for name, value in tool.items() if framework == "openai" or name not in _CALLED} for tool in tools] == definitions


def test_functions_of_agents(mesh: ContextMesh) -> None:
    pushed = handle_push_context_call(mesh, "k", '{"n": 1}', topics=["t"], sender_agent="A")
    subscribed = handle_subscribe_to_topics_call(mesh, ["t"], "B")

    assert (pushed["value"], pushed["sender_agent"], pushed["ttl_hours"]) == ({"n": 1}, "A", 24)
    assert subscribed["topics"] == ["t"]
    assert handle_get_context_call(mesh, "B")["context"] == {"k": {"n": 1}}
    assert handle_get_context_call(mesh, "C", keys=["k"])["keys_found"] == []
    assert handle_list_context_call(mesh, "B")["keys_by_topic"] == {"t": ["k"]}
    assert handle_unsubscribe_from_topics_call(mesh, ["t"], "B")["remaining_topics"] == []


def test_functions_of_the_owner_answer_as_the_tools_of_an_agent(mesh: ContextMesh, agent: ToolHandler) -> None:
    mesh.register_agent_topics("B", ["t", "u"])
    mesh.register_agent_topics("C", ["t"])
    own = handle_push_context_call(mesh, "k", "1", topics=["t"], subscribers=["B"], ttl_hours=0)
    theirs = agent.handle_push_context(key="k2", value="1", topics=["t"], subscribers=["B"], ttl_hours=0)

    assert own == {**theirs, "key": "k", "sender_agent": None, "message": own["message"]}
    assert own["message"] == theirs["message"].replace("k2", "k")
    discovered = handle_discover_topics_call(mesh, include_subscriber_names=True)
    assert discovered == agent.handle_discover_topics(include_subscriber_names=True)
    refused = handle_delete_topic_call(mesh, "t")
    assert refused == agent.handle_delete_topic(topic="t")
    assert handle_delete_topic_call(mesh, "none", confirm=True) == agent.handle_delete_topic(topic="none", confirm=True)
    deleted = handle_delete_topic_call(mesh, "t", confirm=True)
    assert (deleted["subscribers_affected"], deleted["context_items_deleted"]) == (["B", "C"], 2)
    assert handle_push_context_call(mesh, "", "text", topics=[""])["key"] == ""


def test_functions_are_awaited_under_asyncio(server: Server, user: str) -> None:
    async def main() -> None:
        async with aio.ContextMesh(user, server=server.address) as mesh:
            assert (await handle_push_context_call(mesh, "k", "1", topics=["t"]))["success"]
            assert (await handle_get_context_call(mesh, "A"))["context"] == {}
            assert (await handle_discover_topics_call(mesh))["total_topics"] == 1
            handler = mesh.for_agent("A")
            factory = create_tool_factory(handler)
            tools = {tool["name"]: tool["coroutine"] for tool in await factory.create_tools("langgraph")}
            assert json.loads(await tools["list_context"]())["total_keys"] == 0
            assert (await factory.create_tool("openai", "get_context"))["function"]["name"] == "get_context"
            assert (await handler.create_framework_integration("anthropic"))["framework"] == "anthropic"
            assert (await handler.handlers["discover_topics"]())["success"]
            call = handler.create_hybrid_handler(_fails_later)
            assert "too late" in (await call("search"))["error"]
            assert (await handler.get_framework_handler("openai")("get_context", "{"))["error"].startswith("Function call error")

    asyncio.run(main())


async def _fails_later(tool_name: str, **_: Any) -> None:
    raise RuntimeError("too late")


def test_merging_definitions(caplog: pytest.LogCaptureFixture) -> None:
    own = [{"name": "get_context"}, {"type": "function", "function": {"name": "search"}}]
    merged = merge_tool_schemas(get_all_tool_schemas(), own)

    assert merged[:2] == own and [schema["name"] for schema in merged[2:]] == ["syntha_get_context", *TOOLS[1:]]
    assert "get_context" in caplog.text
    caplog.clear()
    assert merge_tool_schemas(get_all_tool_schemas(), own, handle_conflicts="prefix") == merged
    assert caplog.records == []
    with pytest.raises(ValueError, match="the same names: get_context"):
        merge_tool_schemas(get_all_tool_schemas(), own, "error")
    with pytest.raises(ValueError, match="handle_conflicts is 'guess'"):
        merge_tool_schemas([], [], "guess")


def test_factory(monkeypatch: pytest.MonkeyPatch, agent: ToolHandler) -> None:
    pretend(monkeypatch, "langchain_core.tools", StructuredTool)
    factory = create_tool_factory(agent)
    agent.set_allowed_tools(["get_context", "push_context"])

    assert factory.create_tools("OpenAI") == agent.get_openai_functions()
    assert factory.create_tool("langchain", "get_context").name == "get_context"
    assert factory.get_adapter("openai") is factory.get_adapter("OPENAI")
    assert factory.get_cache_info() == {"cached_frameworks": ["openai", "langchain"], "cache_size": 2}
    factory.clear_cache()
    assert factory.get_cache_info()["cache_size"] == 0
    assert factory.get_supported_frameworks() == list(FRAMEWORK_ADAPTERS)
    assert (factory.is_framework_supported("Agno"), factory.is_framework_supported("abacus")) == (True, False)
    assert factory.get_framework_info("langchain")["package"] == "langchain-core"
    assert list(factory.get_framework_info()) == list(FRAMEWORK_ADAPTERS)
    assert factory.create_function_handler("langgraph") is None
    with pytest.raises(SynthaToolError, match="no tool 'delete_topic'") as caught:
        factory.create_tool("openai", "delete_topic")
    assert (caught.value.tool, caught.value.agent) == ("delete_topic", "Assistant")
    with pytest.raises(SynthaFrameworkError, match="Unsupported framework: 'abacus'") as unknown:
        factory.create_tools("abacus")
    assert (unknown.value.framework, unknown.value.suggestions) == ("abacus", sorted(FRAMEWORK_ADAPTERS))


def test_validation_of_frameworks(monkeypatch: pytest.MonkeyPatch, agent: ToolHandler) -> None:
    monkeypatch.setitem(sys.modules, "langchain_core", None)
    missing = agent.validate_framework("langchain")

    assert create_tool_factory(agent).validate_framework_requirements("OpenAI")["valid"]
    assert (missing["supported"], missing["valid"], missing["missing"]) == (True, False, ["langchain-core"])
    assert missing["error"] == "langchain is not installed: pip install langchain-core"
    assert (agent.validate_framework("abacus")["supported"], agent.validate_framework("mcp")["valid"]) == (False, True)


def test_integration_with_tools_of_the_programs_own(agent: ToolHandler) -> None:
    def get_context() -> None:
        """A function counts by its name."""

    integration = create_tool_factory(agent).create_hybrid_integration("anthropic", [get_context, {"name": "search"}])

    assert [tool["name"] for tool in integration["syntha_tools"]] == ["syntha_get_context", *TOOLS[1:]]
    assert integration["tools"] == [*integration["existing_tools"], *integration["syntha_tools"]]
    assert integration["handler"]("syntha_get_context", {})["success"]


def test_adapter_of_the_programs_own(monkeypatch: pytest.MonkeyPatch, agent: ToolHandler) -> None:
    class Plain(FrameworkAdapter):
        """Names and nothing else."""

        def __init__(self, tool_handler: Any) -> None:
            super().__init__(tool_handler, "plain")

        def create_tool(self, tool_name: str, tool_schema: dict[str, Any]) -> str:
            return tool_name

        def convert_parameters(self, parameters: dict[str, Any]) -> dict[str, Any]:
            return parameters

    monkeypatch.setitem(FRAMEWORK_ADAPTERS, "plain", Plain)

    assert agent.get_tools_for_framework("plain") == create_framework_adapter("plain", agent).create_all_tools() == list(TOOLS)


def test_adapters_call_tools(monkeypatch: pytest.MonkeyPatch, agent: ToolHandler) -> None:
    pretend(monkeypatch, "agno.tools.function", Function)

    assert OpenAIAdapter(agent).create_function_handler()("push_context", {"key": "k", "value": "1"})["success"]
    assert AnthropicAdapter(agent).create_tool_handler()("get_context")["context"] == {"k": 1}
    assert [tool.name for tool in AgnoAdapter(agent).create_tools(["list_context", "fly"])] == ["list_context"]


@pytest.mark.parametrize("make", [lambda: SQLiteBackend("a.db"), lambda: PostgreSQLBackend("x"), DatabaseBackend, create_database_backend])
def test_databases_explain_that_the_server_has_them(make: Any) -> None:
    with pytest.raises(SynthaPersistenceError, match="The server stores every user's context") as caught:
        make()

    assert caught.value.backend is not None and caught.value.suggestions
