"""The tools for each framework. LangChain and Agno must be installed for theirs: `pip install langchain-core agno`."""

import json

from syntha import ContextMesh, SynthaFrameworkError, ToolHandler, create_framework_adapter, create_tool_factory

mesh = ContextMesh(user_id="example-frameworks")
handler = ToolHandler(mesh, agent_name="Assistant")

# OpenAI: pass the tools to the model, and its calls to the function.
functions = handler.get_openai_functions()
call = handler.get_framework_handler("openai")
print(functions[1]["function"]["name"], call("push_context", '{"key": "city", "value": "Lisboa"}')["message"])

# Anthropic: the same with the `input` of a tool_use block.
tools = handler.get_anthropic_tools()
call = create_framework_adapter("anthropic", handler).create_tool_handler()
print(tools[0]["input_schema"]["type"], call("get_context", {"keys": ["city"]})["context"])

# LangGraph: definitions with a function, which returns JSON text.
graph = {tool["name"]: tool["function"] for tool in handler.get_langgraph_tools()}
print(json.loads(graph["list_context"]())["all_accessible_keys"])

# LangChain and Agno: objects of these packages.
factory = create_tool_factory(handler)
for framework in ("langchain", "agno"):
    check = handler.validate_framework(framework)
    try:
        print(framework, len(factory.create_tools(framework)))
    except SynthaFrameworkError as error:
        print(framework, check["valid"], error.suggestions)

# With tools of your own: ours give way where a name is taken.
own = [{"type": "function", "function": {"name": "get_context", "description": "Mine.", "parameters": {"type": "object"}}}]
integration = handler.create_framework_integration("openai", existing_tools=own)
print([tool["function"]["name"] for tool in integration["tools"]][:3])
hybrid = handler.create_hybrid_handler(user_tool_handler=lambda tool_name, **arguments: {"success": True, "from": tool_name})
print(hybrid("weather", city="Porto"), hybrid("syntha_get_context")["keys_found"])

mesh.close()
