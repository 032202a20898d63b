"""Arguments that a call does not take are refused before anything is sent. The error is a SynthaError. It names the argument, and tells
what came and what is expected. It is a ValueError and a TypeError as well, as Python's own would be."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable
from typing import Any

import pytest
from support.server import Server

from syntha import (
    AgentAccess,
    ContextMesh,
    Patch,
    PatchEntry,
    PushEntry,
    RemoveEntry,
    SynthaError,
    SynthaTypeError,
    SynthaUnavailableError,
    ToolHandler,
    TopicsEntry,
    aio,
    build_custom_prompt,
    build_system_prompt,
    create_framework_adapter,
    create_multi_agent_handlers,
    create_restricted_handler,
    create_role_based_handler,
    get_role_info,
    inject_context_into_prompt,
)
from syntha.logging import configure_logging
from syntha.tools import handle_get_context_call, handle_push_context_call, handle_subscribe_to_topics_call

Operation = Callable[[Any], Any]

# Each would otherwise act under an empty name, act for the owner, or list everything.
_OF_A_MESH: dict[str, Operation] = {
    "push(None)": lambda mesh: mesh.push(None, 1),
    "push(5)": lambda mesh: mesh.push(5, 1),
    "push(agent_name=5)": lambda mesh: mesh.push("k", 1, agent_name=5),
    "push(topics=0)": lambda mesh: mesh.push("k", 1, topics=0),
    "push(topics=[None])": lambda mesh: mesh.push("k", 1, topics=["t", None]),
    "push(subscribers=5)": lambda mesh: mesh.push("k", 1, subscribers=5),
    "push(ttl='5')": lambda mesh: mesh.push("k", 1, ttl="5"),
    "push(ttl=True)": lambda mesh: mesh.push("k", 1, ttl=True),
    "push(if_revision='1')": lambda mesh: mesh.push("k", 1, if_revision="1"),
    "push(datetime)": lambda mesh: mesh.push("k", {"a": [1, datetime.date(2024, 1, 1)]}),
    "push(set)": lambda mesh: mesh.push("k", {1}),
    "push(metadata)": lambda mesh: mesh.push("k", 1, metadata={"a": {1}}),
    "push_many": lambda mesh: mesh.push_many([("k", 1)]),
    "patch(None)": lambda mesh: mesh.patch(None, Patch.increment()),
    "patch(dict)": lambda mesh: mesh.patch("k", {"a": 1}),
    "patch(agent_name=5)": lambda mesh: mesh.patch("k", Patch.increment(), agent_name=5),
    "patch(if_revision='1')": lambda mesh: mesh.patch("k", Patch.increment(), if_revision="1"),
    "commit(None)": lambda mesh: mesh.commit(None),
    "commit(tuple)": lambda mesh: mesh.commit([PushEntry("k", 1), ("l", 1)]),
    "commit(key)": lambda mesh: mesh.commit([PushEntry("k", 1), RemoveEntry(None)]),  # type: ignore[arg-type]
    "commit(patch)": lambda mesh: mesh.commit([PushEntry("k", 1), PatchEntry("l", "+1")]),  # type: ignore[arg-type]
    "commit(agent)": lambda mesh: mesh.commit([PushEntry("k", 1), TopicsEntry(5, ["t"])]),  # type: ignore[arg-type]
    "commit(topics)": lambda mesh: mesh.commit([PushEntry("k", 1), TopicsEntry("A", "t")]),
    "commit(guards=list)": lambda mesh: mesh.commit([PushEntry("k", 1)], guards=["k"]),
    "commit(guards=key)": lambda mesh: mesh.commit([PushEntry("k", 1)], guards={5: 1}),
    "commit(guards=None)": lambda mesh: mesh.commit([PushEntry("k", 1)], guards={"k": None}),
    "get": lambda mesh: mesh.get(None),
    "get(agent_name=5)": lambda mesh: mesh.get("k", 5),
    "get_item": lambda mesh: mesh.get_item(None),
    "get_items": lambda mesh: mesh.get_items(None),
    "get_items([None])": lambda mesh: mesh.get_items([None]),
    "remove": lambda mesh: mesh.remove(None),
    "list_items(topic=5)": lambda mesh: mesh.list_items(topic=5),
    "list_items(page_size='1')": lambda mesh: mesh.list_items(page_size="1"),
    "get_all_for_agent": lambda mesh: mesh.get_all_for_agent(None),
    "get_keys_for_agent": lambda mesh: mesh.get_keys_for_agent(None),
    "get_available_keys_by_topic": lambda mesh: mesh.get_available_keys_by_topic(None),
    "get_stats": lambda mesh: mesh.get_stats(5),
    "register_agent_topics(None)": lambda mesh: mesh.register_agent_topics(None, ["t"]),
    "register_agent_topics(topics=None)": lambda mesh: mesh.register_agent_topics("A", None),
    "get_topics_for_agent": lambda mesh: mesh.get_topics_for_agent(None),
    "get_subscribers_for_topic": lambda mesh: mesh.get_subscribers_for_topic(None),
    "unsubscribe_from_topics": lambda mesh: mesh.unsubscribe_from_topics(None, ["t"]),
    "delete_topic": lambda mesh: mesh.delete_topic(None),
    "set_agent_post_permissions": lambda mesh: mesh.set_agent_post_permissions(None, []),
    "get_agent_post_permissions": lambda mesh: mesh.get_agent_post_permissions(None),
    "can_agent_post_to_topic": lambda mesh: mesh.can_agent_post_to_topic("A", None),
    "set_agent_access(None)": lambda mesh: mesh.set_agent_access(None, None),
    "set_agent_access('readonly')": lambda mesh: mesh.set_agent_access("A", "readonly"),
    "set_agent_access(denied_tools)": lambda mesh: mesh.set_agent_access("A", AgentAccess(denied_tools="get_context")),  # type: ignore
    "get_agent_access": lambda mesh: mesh.get_agent_access(None),
}
_OF_AN_AGENT: dict[str, Operation] = {
    "push_context": lambda agent: agent.push_context(None, 1),
    "push_context(topic=5)": lambda agent: agent.push_context("k", 1, topic=5),
    "patch_context": lambda agent: agent.patch_context(None, Patch.increment()),
    "patch_context(5)": lambda agent: agent.patch_context("k", 5),
    "commit_context": lambda agent: agent.commit_context([PushEntry("k", 1), 5]),
    "get_context": lambda agent: agent.get_context(None),
    "get_context_item": lambda agent: agent.get_context_item(None),
    "has_context": lambda agent: agent.has_context(None),
    "remove_context": lambda agent: agent.remove_context(None),
    "get_context_by_topic": lambda agent: agent.get_context_by_topic(None),
    "get_context_pattern": lambda agent: agent.get_context_pattern(None),
    "unsubscribe_from_topics": lambda agent: agent.unsubscribe_from_topics(None),
    "set_agent_role": lambda agent: agent.set_agent_role(5),
    "set_allowed_tools": lambda agent: agent.set_allowed_tools("get_context"),
    "set_denied_tools": lambda agent: agent.set_denied_tools(0),
    "add_denied_tool": lambda agent: agent.add_denied_tool(None),
    "remove_allowed_tool": lambda agent: agent.remove_allowed_tool(None),
}
_AT_ONCE: dict[str, Operation] = {
    "for_agent": lambda mesh: mesh.for_agent(None),
    "set_agent_name": lambda mesh: mesh.for_agent("A").set_agent_name(None),
    "subscribe(agent_name=5)": lambda mesh: mesh.subscribe(5),
    "subscribe(kinds)": lambda mesh: mesh.subscribe(kinds=["UPDATED"]),
    "subscribe(after=5)": lambda mesh: mesh.subscribe(after=5),
    "subscribe_to_topics": lambda mesh: mesh.for_agent("A").subscribe_to_topics("t"),
    "create_role_based_handler": lambda mesh: create_role_based_handler(mesh, None, "admin"),
    "create_role_based_handler(role)": lambda mesh: create_role_based_handler(mesh, "A", None),  # type: ignore[arg-type]
    "create_role_based_handler(custom_roles)": lambda mesh: create_role_based_handler(mesh, "A", "aud", ["aud"]),  # type: ignore[arg-type]
    "create_restricted_handler": lambda mesh: create_restricted_handler(mesh, "A", 5),  # type: ignore[arg-type]
    "create_multi_agent_handlers(text)": lambda mesh: create_multi_agent_handlers(mesh, {"A": "admin"}),  # type: ignore[dict-item]
    "create_multi_agent_handlers(names)": lambda mesh: create_multi_agent_handlers(mesh, ["A"]),  # type: ignore[list-item]
    "create_multi_agent_handlers(5)": lambda mesh: create_multi_agent_handlers(mesh, 5),  # type: ignore[arg-type]
    "create_multi_agent_handlers(topics)": lambda mesh: create_multi_agent_handlers(mesh, {"A": {"topics": "t"}}),
    "build_system_prompt": lambda mesh: build_system_prompt(mesh, "A"),
    "build_system_prompt(context_mesh)": lambda mesh: build_system_prompt("A", "B"),
    "build_custom_prompt": lambda mesh: build_custom_prompt("A", mesh, None, "t"),
    "inject_context_into_prompt": lambda mesh: inject_context_into_prompt(None, "A", mesh),
    "create_framework_adapter": lambda mesh: create_framework_adapter(None, mesh.for_agent("A")),  # type: ignore[arg-type]
    "get_role_info": lambda mesh: get_role_info(5),  # type: ignore[arg-type]
    "ToolHandler": lambda mesh: ToolHandler("A", mesh),  # type: ignore[arg-type]
}
_SETTINGS: list[dict[str, Any]] = [
    {"user_id": 5}, {"user_id": True}, {"server": 5}, {"api_key": 5}, {"timeout": "5"}, {"max_attempts": "5"}, {"retry_delay": None},
    {"connect_timeout": "1"}, {"root_certificates": "PEM"}, {"token_provider": "token"}, {"allow_credentials_without_tls": "no"},
]


def _refuses(call: Callable[[], Any]) -> SynthaError:
    with pytest.raises(SynthaTypeError) as caught:
        call()
    error = caught.value
    assert isinstance(error, (SynthaError, ValueError, TypeError)) and error.field
    assert " of the type " in str(error) or " is None" in str(error) or "is one text" in str(error)
    assert "Give " in str(error) or "Write [" in str(error)
    return error


@pytest.mark.parametrize("name", _OF_A_MESH)
def test_mesh_refuses(server: Server, mesh: ContextMesh, user: str, name: str) -> None:
    async def main() -> None:
        async with aio.ContextMesh(user, server=server.address) as awaited:
            with pytest.raises(SynthaTypeError):
                await _OF_A_MESH[name](awaited)

    _refuses(lambda: _OF_A_MESH[name](mesh))
    asyncio.run(main())

    assert mesh.size() == 0


@pytest.mark.parametrize("name", _OF_AN_AGENT)
def test_handler_refuses(server: Server, mesh: ContextMesh, user: str, name: str) -> None:
    async def main() -> None:
        async with aio.ContextMesh(user, server=server.address) as awaited:
            with pytest.raises(SynthaTypeError):
                await _OF_AN_AGENT[name](awaited.for_agent("A"))

    _refuses(lambda: _OF_AN_AGENT[name](mesh.for_agent("A")))
    asyncio.run(main())

    assert mesh.size() == 0


@pytest.mark.parametrize("name", _AT_ONCE)
def test_what_makes_no_operation_refuses(mesh: ContextMesh, name: str) -> None:
    _refuses(lambda: _AT_ONCE[name](mesh))

    assert mesh.get_agent_access("A") is None


@pytest.mark.parametrize("settings", _SETTINGS)
def test_setting_of_another_type_is_refused(settings: dict[str, Any]) -> None:
    for kind in (ContextMesh, aio.ContextMesh):
        error = _refuses(lambda: kind(**{"user_id": "u", **settings}))
        assert next(iter(settings)) in str(error)


@pytest.mark.parametrize(
    "call",
    [
        lambda: ContextMesh(""),
        lambda: ContextMesh("u", server="host:port"),
        lambda: ContextMesh("u", server="ftp://host"),
        lambda: ContextMesh("u", max_attempts=0),
        lambda: ContextMesh("u", api_key="k", token_provider=lambda: "t"),
        lambda: ContextMesh("u").for_agent("A\ud800"),
        lambda: ContextMesh("u").push("k", "\ud800"),
        lambda: ContextMesh("u").push("k", float("nan")),
        lambda: ContextMesh("u").push("k", 1, ttl=1e300),
        lambda: ContextMesh("u").push("k", 1, if_revision=-1),
        lambda: ContextMesh("u").patch("k", Patch.increment(), if_revision=2**63),
        lambda: ContextMesh("u").commit([], guards={"k": -1}),
        lambda: ContextMesh("u").commit([PushEntry("k", "\ud800")]),
        lambda: ContextMesh("u").subscribe(heartbeat=0),
        lambda: ToolHandler(ContextMesh("u")).get_context("k"),
        lambda: build_system_prompt("A", ContextMesh("u"), format="loud"),  # type: ignore[arg-type]
        lambda: create_multi_agent_handlers(ContextMesh("u"), [{"role": "admin"}]),
        lambda: create_multi_agent_handlers(ContextMesh("u"), [{"name": "A"}, {"name": "A", "role": "readonly"}]),
        lambda: configure_logging(level="LOUD"),
    ],
)
def test_value_that_is_refused_is_an_error_of_the_package_and_a_value_error(
    monkeypatch: pytest.MonkeyPatch, call: Callable[[], Any]
) -> None:
    monkeypatch.delenv("SYNTHA_USER_ID", raising=False)
    with pytest.raises(SynthaError) as caught:
        call()

    assert isinstance(caught.value, ValueError)


def test_program_that_catches_the_errors_of_the_package_catches_a_missing_user_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SYNTHA_USER_ID", raising=False)
    for kind in (ContextMesh, aio.ContextMesh):
        with pytest.raises(SynthaError, match="There is no user id"):
            kind()


def test_value_without_a_json_form_is_named_with_its_key_and_its_place(mesh: ContextMesh) -> None:
    value = {"days": [1, {"when": datetime.date(2024, 1, 1)}]}
    with pytest.raises(SynthaTypeError) as caught:
        mesh.push("trip", value)
    result = mesh.for_agent("A").handle_tool_call("push_context", key="trip", value=value)

    assert "key 'trip'" in str(caught.value) and "value['days'][1]['when'] is datetime.date(2024, 1, 1)" in str(caught.value)
    assert (result["success"], result["error"]) == (False, str(caught.value))
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(SynthaError, match="key 'trip'.*contains itself"):
        mesh.push("trip", circle)


def test_tools_functions_fail_with_a_result(mesh: ContextMesh) -> None:
    results = [
        mesh.for_agent("A").handle_tool_call(None),
        handle_get_context_call(mesh, None),  # type: ignore[arg-type]
        mesh.for_agent("A").get_framework_handler("openai")("get_context", [1]),
        handle_push_context_call(mesh, None, "1"),  # type: ignore[arg-type]
        handle_push_context_call(mesh, "k", "1", ttl_hours="5"),  # type: ignore[arg-type]
    ]

    assert [(result["success"], "Give " in result["error"]) for result in results] == [(False, True)] * 5


def test_tools_functions_read_a_text_as_a_list_with_commas(mesh: ContextMesh) -> None:
    handle_subscribe_to_topics_call(mesh, "news, sports", "A")  # type: ignore[arg-type]
    handle_push_context_call(mesh, "k", "1", topics="news")  # type: ignore[arg-type]
    handle_push_context_call(mesh, "l", "1", topics="news", sender_agent="B")  # type: ignore[arg-type]

    assert mesh.get_topics_for_agent("A") == ["news", "sports"]
    assert mesh.get_keys_for_agent("A") == ["k", "l"]


def test_server_that_is_down_is_told_with_where_its_address_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTHA_SERVER", "127.0.0.1:1")
    with ContextMesh("u", max_attempts=1) as named, pytest.raises(SynthaUnavailableError, match="comes from SYNTHA_SERVER.*make run"):
        named.get("k")
    with ContextMesh("u", server="127.0.0.1:1", max_attempts=1) as given, pytest.raises(SynthaUnavailableError) as caught:
        given.get("k")

    assert "server=" in caught.value.suggestions[0] and "syntha serve" in caught.value.suggestions[1]
