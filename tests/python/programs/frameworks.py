"""The tools for every framework, as somebody writes it who knows only the package that the project grew from. test_examples.py runs it with
stand-ins of LangChain and Agno."""

from syntha import (
    FRAMEWORK_ADAPTERS,
    ContextMesh,
    SynthaError,
    ToolHandler,
    create_framework_adapter,
    create_tool_factory,
    get_supported_frameworks,
)
from syntha.framework_adapters import FrameworkAdapter

FRAMEWORKS = {"openai", "anthropic", "langchain", "langgraph", "agno"}
mesh = ContextMesh(user_id="frameworks")
mesh.push("city", "Kyoto")
handler = ToolHandler(mesh, "Agent")
assert set(get_supported_frameworks()) == set(FRAMEWORK_ADAPTERS) == set(handler.get_supported_frameworks()) == FRAMEWORKS

for name, call in (
    ("openai", handler.get_framework_handler("openai")),
    ("openai", create_framework_adapter("openai", handler).create_function_handler()),
    ("anthropic", create_framework_adapter("anthropic", handler).create_tool_handler()),
):
    assert call("get_context", '{"keys": ["city"]}')["context"] == {"city": "Kyoto"}, name
    assert call("get_context", {"keys": "city, other"})["context"] == {"city": "Kyoto"}, name
    assert call("none", "{}")["success"] is call("get_context", "{broken")["success"] is False, name

factory = create_tool_factory(handler)
assert set(factory.get_supported_frameworks()) == FRAMEWORKS
for name in sorted(FRAMEWORKS):
    adapter = factory.get_adapter(name)
    assert isinstance(adapter, FrameworkAdapter) and adapter is factory.get_adapter(name)
    assert len(factory.create_tools(name)) == len(handler.get_tools_for_framework(name)) == len(adapter.create_all_tools()) == 7
    assert handler.validate_framework(name)["valid"] and factory.create_tool(name, "get_context") is not None
    assert len(handler.create_framework_integration(name, existing_tools=[{"name": "weather"}])["tools"]) == 8
assert handler.validate_framework("cobol")["valid"] is False
try:
    factory.create_tools("cobol")
except SynthaError as error:
    print(error)

few = ToolHandler(mesh, "Few", allowed_tools=["get_context"])
assert len(few.get_openai_functions()) == len(few.get_anthropic_tools()) == len(few.get_langgraph_tools()) == 1
hybrid = handler.create_hybrid_handler(lambda tool_name, **arguments: {"user": tool_name, **arguments})
assert hybrid("weather", city="Oslo") == {"user": "weather", "city": "Oslo"}
assert hybrid("syntha_get_context", keys=["city"])["context"] == {"city": "Kyoto"}
mesh.close()
