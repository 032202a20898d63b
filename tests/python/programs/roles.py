"""Roles and lists of tools, as somebody writes it who knows only the package that the project grew from. test_examples.py runs it twice:
what is stored about tools holds at the second run as well."""

from syntha import (
    PREDEFINED_ROLES,
    ContextMesh,
    SynthaError,
    ToolHandler,
    create_multi_agent_handlers,
    create_restricted_handler,
    create_role_based_handler,
)

READ = {"get_context", "list_context", "discover_topics"}
CONTRIBUTOR = READ | {"push_context", "subscribe_to_topics", "unsubscribe_from_topics"}
ALL = CONTRIBUTOR | {"delete_topic"}

mesh = ContextMesh(user_id="roles_demo")
mesh.push("welcome", "hello")
for role, tools in {"readonly": READ, "contributor": CONTRIBUTOR, "moderator": CONTRIBUTOR, "admin": ALL}.items():
    handler = create_role_based_handler(mesh, f"{role}_agent", role)
    assert set(handler.get_available_tools()) == tools == set(PREDEFINED_ROLES[role]["tools"])

# What an earlier run stored holds, until it is lifted.
earlier = ToolHandler(mesh, "Reader")
print("at first", len(earlier.get_available_tools()))
reader = create_role_based_handler(mesh, "Reader", "readonly")
assert reader.handle_tool_call("get_context", keys=["welcome"])["context"] == {"welcome": "hello"}
denied = reader.handle_tool_call("push_context", key="x", value="y")
assert denied["error"] == "Access denied to tool: push_context" and set(denied["available_tools"]) == READ
assert denied["reason"] == "Agent 'Reader' does not have permission to use this tool" and denied["agent_role"] == "readonly"
print(denied["suggestions"][0])
assert "available_tools" in reader.handle_tool_call("fly_to_moon")

# No name yet.
nameless = ToolHandler(mesh)
assert nameless.handle_tool_call("get_context")["error"] == "Agent name not set"
nameless.set_agent_name("Late")
assert nameless.handle_tool_call("get_context")["agent_name"] == "Late"

# Allowed and denied tools.
limited = ToolHandler(mesh, "Limited", allowed_tools=["get_context", "push_context", "delete_topic"], denied_tools=["delete_topic"])
assert set(limited.get_available_tools()) == {"get_context", "push_context"}
limited.add_allowed_tool("list_context")
limited.remove_allowed_tool("push_context")
limited.remove_denied_tool("delete_topic")
limited.add_denied_tool("get_context")
summary = limited.get_access_summary()
assert set(summary["available_tools"]) == {"list_context", "delete_topic"} and summary["denied_tools"] == ["get_context"]
limited.set_allowed_tools(None)
limited.set_denied_tools([])
assert set(limited.get_available_tools()) == ALL and limited.get_access_summary()["allowed_tools"] == "all"

# Roles of the program's own, in a handler's table and in the factory.
scout = ToolHandler(mesh, "Scout", role_based_access={"scout": ["get_context", "discover_topics"], "admin": ["get_context"]})
scout.set_agent_role("scout")
assert set(scout.get_available_tools()) == {"get_context", "discover_topics"}
assert not scout.handle_tool_call("push_context", key="a", value="b")["success"]
scout.set_agent_role("admin")
assert scout.get_available_tools() == ["get_context"]
scout.set_agent_role(None)
custom = {"auditor": {"description": "Looks only", "allowed_tools": ["list_context", "get_context"], "denied_tools": []}}
assert len(create_role_based_handler(mesh, "Auditor", "auditor", custom_roles=custom).get_available_tools()) == 2
for mistake in (
    lambda: create_role_based_handler(mesh, "X", "emperor"),
    lambda: create_role_based_handler(mesh, "X", "auditor", custom_roles={"auditor": {"description": "Looks only"}}),
    lambda: create_multi_agent_handlers(mesh, {"X": {"role": "readnoly"}}),
):
    try:
        mistake()
    except SynthaError as error:
        print(error)
assert mesh.get_agent_access("X") is None
assert set(create_restricted_handler(mesh, "Minimal", "minimal").get_available_tools()) == {"get_context", "push_context", "list_context"}

team = create_multi_agent_handlers(mesh, [{"name": "Lead", "role": "admin"}, {"name": "Guest", "allowed_tools": ["get_context"]}])
assert set(team["Lead"].get_available_tools()) == ALL and team["Guest"].get_available_tools() == ["get_context"]
mesh.close()
