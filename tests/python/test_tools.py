"""ToolHandler: tools as models call them, their definitions for frameworks, and roles. tests/conformance shows what each tool does."""

from __future__ import annotations

import json
import sys
from typing import Any

import grpc
import pytest
from support.frameworks import Function, StructuredTool, pretend
from support.server import Server

from syntha import (
    AgentAccess,
    ContextMesh,
    SynthaError,
    SynthaFrameworkError,
    SynthaInvalidArgumentError,
    SynthaPermissionError,
    ToolHandler,
    create_hybrid_tool_handler,
    create_multi_agent_handlers,
    create_restricted_handler,
    create_role_based_handler,
    get_role_info,
    get_supported_frameworks,
)
from syntha.roles import PREDEFINED_ROLES, TOOLS
from syntha.v1 import context_mesh_service_pb2, tool_handler_service_pb2_grpc


def test_handle_tool_call_takes_arguments_by_name(agent: ToolHandler) -> None:
    pushed = agent.handle_tool_call("push_context", key="k", value={"n": [1]}, topics=["t"])
    read = agent.handle_tool_call("get_context", keys=["k"])

    assert (pushed["success"], pushed["message"]) == (True, "Context 'k' shared with topics: t")
    assert read["context"] == {"k": {"n": [1]}}


def test_failure_of_any_kind_is_a_result(mesh: ContextMesh, agent: ToolHandler) -> None:
    nobody = ToolHandler(mesh)
    with ContextMesh("u", server="127.0.0.1:1", max_attempts=1) as unreachable:
        lost = unreachable.for_agent("A").handle_tool_call("get_context")

    assert nobody.handle_tool_call("get_context") == {"success": False, "error": "Agent name not set"}
    assert agent.handle_tool_call("fly")["error"] == "Unknown tool: fly"
    assert (lost["success"], lost["reason"]) == (False, "UNAVAILABLE")
    unjson = agent.handle_tool_call("push_context", key="k", value=object())
    assert (unjson["success"], "no JSON form" in unjson["error"]) == (False, True)


def test_direct_methods_need_an_agent(mesh: ContextMesh) -> None:
    handler = ToolHandler(mesh)
    with pytest.raises(ValueError, match="Agent name not set"):
        handler.get_context("k")
    handler.set_agent_name("A")

    assert handler.get_context("k") is None


def test_clear_all_context_is_the_owners(mesh: ContextMesh, agent: ToolHandler) -> None:
    agent.push_context("own", 1)
    mesh.push("other", 2, subscribers=["B"])
    mesh.register_agent_topics("B", ["t"])

    assert (agent.clear_all_context(), mesh.size(), mesh.get_all_topics()) == (2, 0, [])


def test_schemas_give_way_to_tools_of_the_callers_own(agent: ToolHandler) -> None:
    own = [{"name": "get_context"}, {"type": "function", "function": {"name": "delete_topic"}}]
    merged = agent.get_schemas(merge_with=own)
    names = [schema["name"] for schema in merged[2:]]

    assert merged[:2] == own
    assert names == ["syntha_get_context", *TOOLS[1:6], "syntha_delete_topic"]
    assert [schema["name"] for schema in agent.get_syntha_schemas_only()] == list(TOOLS)


def test_definitions_in_the_forms_of_vendors(agent: ToolHandler) -> None:
    openai = agent.get_openai_functions()
    strict = agent.get_openai_functions(strict=True)
    anthropic = agent.get_anthropic_tools()

    assert {tuple(tool) for tool in openai} == {("type", "function")}
    assert [tool["function"]["name"] for tool in openai] == list(TOOLS)
    assert all(tool["function"]["strict"] for tool in strict)
    assert all(tool.keys() == {"name", "description", "input_schema"} for tool in anthropic)
    assert agent.get_tools_for_framework("gemini")[0]["parameters"]["type"] == "OBJECT"
    assert agent.get_tools_for_framework("MCP")[0]["inputSchema"]["type"] == "object"
    with pytest.raises(SynthaFrameworkError, match="Supported: agno, anthropic"):
        agent.get_tools_for_framework("abacus")


def test_framework_handler_takes_arguments_as_text_or_object(agent: ToolHandler) -> None:
    call = agent.get_framework_handler("openai")

    assert call("push_context", '{"key": "k", "value": "[1]", "topics": "a, b"}')["topics"] == ["a", "b"]
    assert call("get_context", {"keys": ["k"]})["context"] == {"k": [1]}
    assert call("list_context", "{}")["total_keys"] == call("list_context")["total_keys"] == 1
    assert call("list_context", "{no JSON")["error"].startswith("Function call error: the arguments are not JSON")


def test_langgraph_tools_have_functions_that_call_us(agent: ToolHandler) -> None:
    tools = {tool["name"]: tool["function"] for tool in agent.get_langgraph_tools()}
    tools["push_context"](key="k", value="1", topics=None)

    assert json.loads(tools["get_context"](keys=None))["context"] == {"k": 1}


def test_langchain_tools_are_objects_that_call_us(monkeypatch: pytest.MonkeyPatch, agent: ToolHandler) -> None:
    pretend(monkeypatch, "langchain_core.tools", StructuredTool)
    tools: dict[str, StructuredTool] = {tool.name: tool for tool in agent.get_langchain_tools()}
    call = tools["push_context"].func
    assert call is not None
    text = call(key="k", value="1")

    assert list(tools) == list(TOOLS)
    assert all(tool.description and tool.coroutine for tool in tools.values())
    assert (tools["push_context"].args_schema["required"], "topics" in tools["push_context"].args) == (["key", "value"], True)
    assert json.loads(text)["message"] == "Context 'k' shared globally"


def test_agno_functions_are_objects_that_call_us(monkeypatch: pytest.MonkeyPatch, agent: ToolHandler) -> None:
    pretend(monkeypatch, "agno.tools.function", Function)
    tools: dict[str, Function] = {tool.name: tool for tool in agent.get_tools_for_framework("agno")}
    call = tools["list_context"].entrypoint
    assert call is not None

    assert list(tools) == list(TOOLS)
    assert json.loads(call())["success"]
    # Otherwise Agno makes the parameters from the signature of the function, which takes any arguments.
    assert all(tool.description and tool.skip_entrypoint_processing for tool in tools.values())
    assert tools["push_context"].parameters["required"] == ["key", "value"]


def test_handler_and_module_name_the_same_frameworks(agent: ToolHandler) -> None:
    assert agent.get_supported_frameworks() == get_supported_frameworks() == ["langchain", "langgraph", "openai", "anthropic", "agno"]
    assert agent.validate_framework("gemini")["valid"], "It is a form that is no framework."


@pytest.mark.parametrize(("module", "framework"), [("langchain_core", "langchain"), ("agno", "agno")])
def test_framework_that_is_not_installed_is_named(
    monkeypatch: pytest.MonkeyPatch, agent: ToolHandler, module: str, framework: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SynthaFrameworkError, match="pip install") as caught:
        agent.get_tools_for_framework(framework)

    assert caught.value.framework == framework


def test_hybrid_handler_calls_ours_and_passes_on_the_rest(mesh: ContextMesh) -> None:
    call = create_hybrid_tool_handler(mesh, "A", lambda tool_name, **arguments: (tool_name, arguments))
    own = mesh.for_agent("A").create_hybrid_handler(lambda tool_name, **_: tool_name, own_tools=["get_context"])
    alone = mesh.for_agent("A").create_hybrid_handler()

    assert call("push_context", key="k", value="1")["success"]
    assert call("syntha_get_context")["context"] == {"k": 1}
    assert call("search", text="x") == ("search", {"text": "x"})
    assert (own("get_context"), own("syntha_get_context")["success"]) == ("get_context", True)
    assert alone("search")["error"] == "Unknown tool: search"


def test_exception_of_the_users_function_is_a_result(mesh: ContextMesh) -> None:
    def fails(tool_name: str, **_: object) -> None:
        raise KeyError("no such city")

    result = create_hybrid_tool_handler(mesh, "A", user_tool_handler=fails)("search")

    assert (result["success"], result["tool"]) == (False, "search")
    assert result["error"] == "Function call error: search: 'no such city'"


def test_access_given_to_the_constructor_is_stored_before_the_first_call(mesh: ContextMesh) -> None:
    ToolHandler(mesh, "A", allowed_tools=["get_context", "push_context"], denied_tools=["push_context"]).get_context("k")

    assert ToolHandler(mesh, "A").get_available_tools() == ["get_context"]
    assert ToolHandler(mesh, "B", allowed_tools=[]).get_available_tools() == []


def test_roles_are_enforced_by_the_server_and_not_by_the_agents_process(server: Server, mesh: ContextMesh) -> None:
    create_role_based_handler(mesh, "A", "readonly")
    request = context_mesh_service_pb2.PushRequest(as_agent="A", item={"key": "k", "value_json": "1"})
    with grpc.insecure_channel(server.address) as channel, pytest.raises(grpc.RpcError) as caught:
        tool_handler_service_pb2_grpc.ToolHandlerStub(channel).PushContext(request, metadata=[("user-id", mesh.user_id)])

    assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED
    with pytest.raises(SynthaPermissionError):
        mesh.for_agent("A").push_context("k", 1)
    assert mesh.for_agent("A").handle_tool_call("push_context", key="k", value="1")["error"] == "Access denied to tool: push_context"


def test_role_is_stored_as_one_with_what_narrows_it(mesh: ContextMesh) -> None:
    """If the role were stored after the lists, there would be a moment at which the agent may do more."""
    with mesh.subscribe(include_agents=True) as events:
        next(events)
        create_role_based_handler(mesh, "A", "readonly")
        create_multi_agent_handlers(mesh, {"A": {"role": "contributor", "denied_tools": ["push_context"]}})
        mesh.push("last", 1)
        keys = [change.key for _ in range(3) for change in next(events).changes]  # type: ignore[attr-defined]

    assert keys == ["A", "A", "last"]
    assert mesh.for_agent("A").get_access_summary()["agent_role"] == "contributor"


def test_setters_change_one_thing_each(mesh: ContextMesh) -> None:
    agent = ToolHandler(mesh, "A", role_based_access={"analyst": ["get_context", "list_context"]})
    agent.set_agent_role("analyst")
    agent.add_denied_tool("list_context")
    agent.add_denied_tool("list_context")
    assert (agent.get_available_tools(), agent.has_tool_access("list_context")) == (["get_context"], False)
    agent.remove_denied_tool("list_context")
    agent.set_allowed_tools(["list_context", "push_context"])
    agent.add_allowed_tool("discover_topics")
    agent.remove_allowed_tool("push_context")
    assert agent.get_access_summary() == {
        "agent_name": "A",
        "agent_role": "analyst",
        "available_tools": ["list_context"],
        "denied_tools": [],
        "allowed_tools": ["list_context", "discover_topics"],
        "total_available": 1,
        "total_possible": 7,
    }
    agent.set_allowed_tools(None)
    agent.set_agent_role(None)
    agent.remove_allowed_tool("delete_topic")
    assert agent.get_available_tools() == [tool for tool in TOOLS if tool != "delete_topic"]
    agent.set_denied_tools(["get_context"])
    assert "get_context" not in agent.get_available_tools()


def test_unknown_roles_and_tools_are_refused(mesh: ContextMesh, agent: ToolHandler) -> None:
    with pytest.raises(ValueError, match="Unknown role 'emperor'. Available: readonly, contributor, moderator, admin, own"):
        create_role_based_handler(mesh, "A", "emperor", {"own": []})
    with pytest.raises(ValueError, match="Unknown role 'emperor'"):
        get_role_info("emperor")
    with pytest.raises(SynthaError, match="Unknown role 'readnoly'. Available: readonly, contributor, moderator, admin"):
        create_multi_agent_handlers(mesh, {"M": {"denied_tools": ["delete_topic"]}, "N": {"role": "readnoly"}})
    assert mesh.get_agent_access("M") is None, "A fault in one configuration stores none of them."
    with pytest.raises(ValueError, match="Unknown restriction level 'none'. Available: safe, minimal, readonly"):
        create_restricted_handler(mesh, "A", "none")
    with pytest.raises(SynthaInvalidArgumentError, match="TOOL_INVALID") as caught:
        mesh.set_agent_access("A", AgentAccess(denied_tools=("fly",)))
    assert (caught.value.reason, caught.value.status) == ("TOOL_INVALID", grpc.StatusCode.INVALID_ARGUMENT)
    assert (caught.value.metadata, caught.value.field_violations[0].field) == ({"tool": "fly"}, "access")


def test_names_that_are_no_tools_are_left_out_with_a_warning(mesh: ContextMesh) -> None:
    """They may be tools of the program's own. They must not make every call of the agent fail."""
    with pytest.warns(UserWarning, match="'search' is no tool of the server"):
        agent = ToolHandler(mesh, "A", allowed_tools=["get_context", "search"])
    with pytest.warns(UserWarning, match="'fly' is no tool"):
        agent.set_denied_tools(["fly", "list_context"])
    with pytest.warns(UserWarning, match="'walk' is no tool"):
        agent.add_allowed_tool("walk")
    with pytest.warns(UserWarning, match="'delete_topc' is no tool"):
        agent.remove_allowed_tool("delete_topc")

    assert agent.get_access_summary()["allowed_tools"] == ["get_context"]
    assert agent.get_access_summary()["denied_tools"] == ["list_context"]
    with pytest.warns(UserWarning, match="rôle, which is ignored") as warned:
        create_multi_agent_handlers(mesh, {"A": {"rôle": "admin"}})
    assert warned[0].filename == __file__, "A warning names the line of the program."


def test_role_of_another_name_is_a_label_that_allows_all(mesh: ContextMesh) -> None:
    agent = ToolHandler(mesh, "A", role_based_access={"scout": ["get_context"]})
    told = "'scuot'.*restricts nothing.*Known roles: readonly, contributor, moderator, admin, scout"
    with pytest.warns(UserWarning, match=told) as warned:
        agent.set_agent_role("scuot")
    with pytest.warns(UserWarning, match="'researcher'"):
        agent.set_agent_role("researcher")

    assert warned[0].filename == __file__
    assert (agent.agent_role, agent.get_available_tools()) == ("researcher", list(TOOLS))
    assert mesh.for_agent("A").get_access_summary()["agent_role"] == "researcher"


def test_roles_may_be_described(mesh: ContextMesh) -> None:
    roles = {
        "analyst": {"description": "Reads.", "tools": ["get_context"]},
        "guest": {"description": "Almost all.", "denied_tools": ["delete_topic"]},
    }
    given = ToolHandler(mesh, "A", role_based_access=roles)
    given.set_agent_role("analyst")
    team = create_multi_agent_handlers(
        mesh,
        {"B": {"role": "analyst", "custom_roles": roles}, "C": {"role": "analyst", "role_based_access": {"analyst": ["list_context"]}}},
    )

    assert given.get_available_tools() == create_role_based_handler(mesh, "D", "analyst", roles).get_available_tools() == ["get_context"]
    assert [team[name].get_available_tools() for name in "BC"] == [["get_context"], ["list_context"]]
    assert create_role_based_handler(mesh, "E", "guest", roles).get_available_tools() == list(TOOLS[:-1])
    assert PREDEFINED_ROLES["admin"]["tools"] == list(TOOLS)


@pytest.mark.parametrize(
    ("definition", "tools"),
    [
        ({"allowed_tools": ["get_context", "push_context"], "description": "x"}, ["get_context", "push_context"]),
        ({"tools": ["get_context", "push_context"], "allowed_tools": ["push_context", "list_context"]}, ["push_context"]),
        ({"tools": ["get_context", "push_context"], "denied_tools": ["push_context"]}, ["get_context"]),
        ({"tools": []}, []),
        ([], []),
    ],
)
def test_role_allows_what_its_lists_say(mesh: ContextMesh, definition: Any, tools: list[str]) -> None:
    assert create_role_based_handler(mesh, "A", "aud", {"aud": definition}).get_available_tools() == tools


@pytest.mark.parametrize(
    "definition", [{}, {"description": "x"}, {"permissions": ["get_context"]}, {"tools": None}, None, "get_context", 5]
)
def test_role_without_a_list_of_tools_is_refused(mesh: ContextMesh, definition: Any) -> None:
    for make in (
        lambda: create_role_based_handler(mesh, "A", "aud", {"aud": definition}),
        lambda: create_multi_agent_handlers(mesh, {"A": {"role": "aud", "custom_roles": {"aud": definition}}}),
        lambda: ToolHandler(mesh, "A", role_based_access={"aud": definition}),
    ):
        with pytest.raises(SynthaError, match="'aud'"):
            make()

    assert mesh.get_agent_access("A") is None


def test_role_with_a_member_that_is_not_known_warns(mesh: ContextMesh) -> None:
    with pytest.warns(UserWarning, match="role 'aud' has deny, which is ignored. What restricts it are tools, allowed_tools, denied_tools"):
        create_role_based_handler(mesh, "A", "aud", {"aud": {"tools": ["get_context"], "deny": ["get_context"]}})


@pytest.mark.parametrize("tools", [[], ["get_context"], list(TOOLS)])
def test_role_of_the_programs_own_wins_over_a_predefined_one(mesh: ContextMesh, tools: list[str]) -> None:
    agent = create_role_based_handler(mesh, "A", "admin", {"admin": tools})

    assert (agent.get_available_tools(), agent.get_access_summary()["agent_role"], agent.agent_role) == (tools, "admin", "admin")
    assert agent.handle_tool_call("delete_topic").get("agent_role", "admin") == "admin"


def test_denial_says_who_can_lift_it(mesh: ContextMesh) -> None:
    ToolHandler(mesh, "Q", allowed_tools=["get_context"]).get_context("k")
    later = ToolHandler(mesh, "Q")
    with pytest.raises(SynthaPermissionError) as caught:
        later.push_context("k", 1)
    result = later.handle_tool_call("push_context", key="k", value="1")

    assert caught.value.suggestions == result["suggestions"]
    assert all(word in result["suggestions"][0] for word in ("'Q'", "stores", "set_agent_role(None)", "set_allowed_tools(None)"))
    later.set_allowed_tools(None)
    assert "suggestions" not in later.handle_tool_call("push_context", key="k", value="1")


def test_handlers_of_one_agent_do_not_widen_each_other(mesh: ContextMesh) -> None:
    locked = ToolHandler(mesh, "A", allowed_tools=["get_context"])
    wide = ToolHandler(mesh, "A", denied_tools=["delete_topic"])
    for _ in range(2):
        assert not locked.handle_tool_call("push_context", key="k", value="1")["success"]
        assert wide.handle_tool_call("push_context", key="k", value="1")["success"]
        assert locked.get_available_tools() == ["get_context"]

    wide.set_agent_role("readonly")
    assert not wide.has_tool_access("push_context")
    assert not locked.has_tool_access("list_context")
    plain = ToolHandler(mesh, "A")
    assert plain.get_available_tools() == ["get_context"]


def test_refused_push_says_what_allows_it(mesh: ContextMesh) -> None:
    mesh.set_agent_post_permissions("Scout", ["sources"])
    scout = ToolHandler(mesh, "Scout")
    by_name = {"key": "k", "value": "1", "topics": ["sources"], "subscribers": ["Reader"]}

    assert "may_post_direct=True" in scout.handle_tool_call("push_context", **by_name)["suggestions"][0]
    with pytest.raises(SynthaPermissionError) as caught:
        scout.push_context("k", 1)
    assert "may_post_global=True" in caught.value.suggestions[0]
    mesh.set_agent_post_permissions("Scout", ["sources"], may_post_direct=True)
    assert scout.handle_tool_call("push_context", **by_name)["success"]


def test_denial_of_a_level_can_be_lifted(mesh: ContextMesh) -> None:
    agent = create_restricted_handler(mesh, "A", "readonly")
    assert agent.get_available_tools() == get_role_info("readonly")["tools"]
    agent.remove_denied_tool("push_context")

    assert agent.has_tool_access("push_context")


def test_handler_without_an_agent_lists_what_it_was_given(mesh: ContextMesh) -> None:
    everything, few = ToolHandler(mesh), ToolHandler(mesh, denied_tools=["delete_topic"])
    few.set_agent_role("readonly")
    names = [schema["name"] for schema in few.get_schemas(merge_with=[{"name": "get_context"}])]
    summary = few.get_access_summary()
    few.set_agent_name("A")

    assert everything.get_available_tools() == [schema["name"] for schema in everything.get_schemas()] == list(TOOLS)
    assert len(everything.get_openai_functions()) == 7
    assert names == ["get_context", "syntha_get_context", "list_context", "discover_topics"]
    assert (summary["agent_name"], summary["agent_role"], summary["denied_tools"]) == (None, "readonly", ["delete_topic"])
    assert mesh.get_agent_access("A") is None, "Nothing is stored before the first call."
    assert few.get_available_tools() == get_role_info("readonly")["tools"] == mesh.for_agent("A").get_available_tools()


def test_access_goes_with_the_handler_to_another_agent(mesh: ContextMesh) -> None:
    agent = ToolHandler(mesh, "A", denied_tools=["delete_topic"])
    agent.list_topics()
    agent.set_agent_name("B")

    assert "delete_topic" not in agent.get_available_tools()


def test_methods_of_tools_are_the_tools(agent: ToolHandler) -> None:
    results = [
        agent.handle_push_context(key="k", value="1", topics=["t"]),
        agent.handle_subscribe_to_topics(topics=["t"]),
        agent.handle_get_context(keys=["k"]),
        agent.handle_list_context(),
        agent.handle_discover_topics(include_subscriber_names=True),
        agent.handle_unsubscribe_from_topics(topics=["t"]),
        agent.handle_delete_topic(topic="t", confirm=True),
    ]

    assert [result["success"] for result in results] == [True] * 7
    assert "registered for topics: t" in results[1]["message"]
    assert list(agent.handlers) == list(TOOLS)
    assert agent.handlers["get_context"]()["keys_requested"] == []


def test_failures_say_what_they_are_about(mesh: ContextMesh, agent: ToolHandler) -> None:
    mesh.push("taken", 1, subscribers=["B"])
    mesh.register_agent_topics("B", ["t"])
    suggestions = agent.handle_discover_topics()["suggestions"]

    assert agent.handle_push_context(key="taken", value="2")["key"] == "taken"
    assert agent.handle_delete_topic(topic="none", confirm=True)["topic"] == "none"
    unconfirmed = agent.handle_delete_topic(topic="t")
    assert (unconfirmed["error"].startswith("Deletion not confirmed"), unconfirmed["topic"]) == (True, "t")
    assert suggestions == {"t": "Subscribe to 't' (1 subscriber)"}
    assert agent.handle_delete_topic(topic="t", confirm=True)["subscribers_affected"] == ["B"]


def test_closed_mesh_makes_a_tool_fail_with_a_result(mesh: ContextMesh) -> None:
    agent = mesh.for_agent("A")
    mesh.close()

    assert agent.handle_tool_call("get_context")["reason"] == "MESH_CLOSED"


def test_factories(mesh: ContextMesh) -> None:
    handlers = create_multi_agent_handlers(
        mesh, [{"name": "Lead", "role": "admin", "topics": ["plans"]}, {"name": "Guest", "allowed_tools": ["get_context"]}]
    )
    safe = create_restricted_handler(mesh, "S")
    minimal = create_restricted_handler(mesh, "M", "minimal")

    assert handlers["Lead"].get_available_tools() == list(TOOLS)
    assert handlers["Guest"].get_available_tools() == ["get_context"]
    assert mesh.get_topics_for_agent("Lead") == ["plans"]
    assert "delete_topic" not in safe.get_available_tools()
    assert minimal.get_available_tools() == ["get_context", "push_context", "list_context"]


@pytest.mark.parametrize("role", PREDEFINED_ROLES)
def test_predefined_roles_are_those_of_the_server(mesh: ContextMesh, role: str) -> None:
    tools = create_role_based_handler(mesh, "A", role).get_available_tools()

    assert sorted(tools) == sorted(get_role_info(role)["tools"]) == sorted(get_role_info()[role]["tools"])
