"""This file never runs. mypy reads it (make lint), which shows that a user's own checker knows what calls return."""

from typing import Any, assert_type

from syntha import AgentAccess, ContextMesh, OutcomeLogger, PushReceipt, ServerInfo, ToolHandler, aio
from syntha.events import Committed, ContextEvent
from syntha.items import ContextItem
from syntha.reports import AgentOutcome


def blocking(mesh: ContextMesh, agent: ToolHandler) -> None:
    assert_type(mesh.push("k", 1, topics=["t"], ttl=60), PushReceipt)
    assert_type(mesh.remove("k"), bool)
    assert_type(mesh.get_item("k"), ContextItem | None)
    assert_type(mesh.get_keys_for_agent("A"), list[str])
    assert_type(agent.handle_tool_call("get_context", keys=["k"]), dict[str, Any])
    assert_type(agent.list_topics(), list[str])
    assert_type(mesh.get_agent_access("A"), AgentAccess | None)
    assert_type(mesh.get_server_info(), ServerInfo)
    for event in mesh.subscribe():
        assert_type(event, ContextEvent)
        if isinstance(event, Committed):
            assert_type(event.changes[0].key, str)


async def asynchronous(mesh: aio.ContextMesh, agent: aio.ToolHandler) -> None:
    assert_type(await mesh.push("k", 1), PushReceipt)
    assert_type(await mesh.remove("k"), bool)
    assert_type(await agent.has_context("k"), bool)
    assert_type(await mesh.get_server_info(), ServerInfo)
    async for event in agent.subscribe_to_topics(["t"]):
        assert_type(event, ContextEvent)


async def token() -> str:
    return "t"


def with_tokens() -> None:
    ContextMesh("u", token_provider=lambda: "t")
    aio.ContextMesh("u", token_provider=lambda: "t")
    aio.ContextMesh("u", token_provider=token)


def with_a_handler_in_place_of_the_mesh(agent: ToolHandler, later: aio.ToolHandler) -> None:
    assert_type(OutcomeLogger(context_mesh=agent).log_outcome("A", "t", True), int)
    assert_type(OutcomeLogger().get_recent_outcomes(), list[AgentOutcome])
    aio.OutcomeLogger(context_mesh=later)


def refused(mesh: ContextMesh) -> None:
    ContextMesh("u", token_provider=token)  # type: ignore[arg-type]
    mesh.remove(1)  # type: ignore[arg-type]
    mesh.push("k")  # type: ignore[call-arg]
