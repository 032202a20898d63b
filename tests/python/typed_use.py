"""This file never runs. mypy reads it (make lint), which shows that a user's own checker knows what calls return."""

from typing import Any, assert_type

from syntha import (
    AgentAccess,
    Claim,
    ClaimEntry,
    ClaimState,
    ClaimWaiting,
    CommitReceipt,
    ContextMesh,
    FencingToken,
    OutcomeLogger,
    Patch,
    PatchEntry,
    PatchReceipt,
    PushEntry,
    PushReceipt,
    RedactReceipt,
    ReleaseEntry,
    RemoveEntry,
    ServerInfo,
    ToolHandler,
    TopicsEntry,
    UndoPlan,
    UndoReceipt,
    aio,
)
from syntha.commits import Operation, OperationResult
from syntha.events import Committed, ContextEvent, Interrupted
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
    assert_type(mesh.patch("k", Patch.increment(0.5, "/n"), if_revision=1), PatchReceipt)
    operations: list[Operation] = [PushEntry("k", 1), PatchEntry("l", Patch.merge({"a": None})), RemoveEntry("m"), TopicsEntry("A", ["t"])]
    assert_type(mesh.commit(operations, guards={"n": 0}), CommitReceipt)
    assert_type(agent.commit_context([RemoveEntry("m")]).results, tuple[OperationResult, ...])
    with mesh.claim("job", lease=60).keep(lambda failure: print(failure)) as claim:
        assert_type(claim, Claim)
        assert_type(claim.token, FencingToken)
        mesh.push("k", 1, if_claim=claim)
        mesh.commit([ClaimEntry("other"), ReleaseEntry(claim)], if_claim=[claim, claim.token])
    for waiting in (line := agent.await_claim("job")):
        assert_type(waiting, ClaimWaiting | Interrupted)
    assert_type(line.wait(), Claim)
    assert_type(line.leave(), bool)
    assert_type(agent.claim("job").hand_over("B"), FencingToken)
    assert_type(mesh.list_claims(), list[ClaimState])
    assert_type(mesh.plan_undo(command=mesh.push("k", 1).position), UndoPlan)
    assert_type(agent.undo_context(agent.plan_undo_context(after=mesh.push("k", 1).position)), UndoReceipt)
    assert_type(mesh.redact("k", every=True), RedactReceipt)
    for event in mesh.subscribe():
        assert_type(event, ContextEvent)
        if isinstance(event, Committed):
            assert_type(event.changes[0].key, str)


async def asynchronous(mesh: aio.ContextMesh, agent: aio.ToolHandler) -> None:
    assert_type(await mesh.push("k", 1), PushReceipt)
    assert_type(await mesh.remove("k"), bool)
    assert_type(await agent.has_context("k"), bool)
    assert_type(await agent.patch_context("k", Patch.append([1], max_length=9)), PatchReceipt)
    assert_type(await mesh.get_server_info(), ServerInfo)
    async with await agent.claim("job") as claim:
        assert_type(claim, aio.Claim)
        await mesh.patch("k", Patch.increment(), if_claim=claim)
    assert_type(await mesh.await_claim("job").wait(), aio.Claim)
    assert_type(await claim.hand_over("B"), FencingToken)
    async for waiting in agent.await_claim("job"):
        assert_type(waiting, ClaimWaiting | Interrupted)
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
    mesh.patch("k", {"a": 1})  # type: ignore[arg-type]
    mesh.commit([("k", 1)])  # type: ignore[list-item]
    mesh.push("k", 1, if_claim="job")  # type: ignore[arg-type]
    mesh.undo("k")  # type: ignore[arg-type]
