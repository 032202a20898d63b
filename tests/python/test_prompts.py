"""The prompt builders by the original's names. What they write is the server's: see tests/conformance."""

from __future__ import annotations

import asyncio

import pytest
from support.server import Server

from syntha import (
    ContextMesh,
    OutcomeLogger,
    SynthaInvalidArgumentError,
    aio,
    build_custom_prompt,
    build_message_prompt,
    build_system_prompt,
    inject_context_into_prompt,
)


def test_builders_return_texts_that_tell_what_they_show(mesh: ContextMesh) -> None:
    mesh.push("user_name", "Ann")
    system = build_system_prompt("A", mesh)

    assert system == "[Context]\nUser Name: Ann" and isinstance(system, str)
    assert (system.keys, system.omitted, system.position.revision) == (("user_name",), {}, 1)
    assert build_system_prompt("A", mesh, "Help. {context}", False, True, "Before.") == "Help. User Name: Ann\n\nBefore."
    assert build_message_prompt("A", mesh, recent_only=True, max_age_seconds=60) == "[Context Update]\nUser Name: Ann"
    assert build_custom_prompt("A", mesh, ["user_name", "age"], "{user_name}, {age}", "unknown") == "Ann, unknown"
    assert inject_context_into_prompt("{context}!", "A", mesh, "replace_placeholder") == "[Shared Context]\nUser Name: Ann!"
    assert build_system_prompt("A", mesh, ready_template="basic") != system


def test_prompt_of_what_is_new_names_what_it_leaves_out(mesh: ContextMesh) -> None:
    mesh.push("a", 1)
    first = build_message_prompt("A", mesh)
    mesh.push("b", 2)
    second = build_message_prompt("A", mesh, since=first.position)

    assert (second, second.omitted) == ("[Context Update]\nB: 2", {"a": "UNCHANGED"})
    assert '~~~~ key "a", by the owner\n1\n~~~~' in build_system_prompt("A", mesh, format="fenced")


def test_faults_of_templates_are_told(mesh: ContextMesh) -> None:
    with pytest.raises(SynthaInvalidArgumentError, match="TEMPLATE_INVALID"):
        build_custom_prompt("A", mesh, ["k"], "{unknown}")
    with pytest.raises(ValueError, match="placement is 'aside'"):
        inject_context_into_prompt("P", "A", mesh, "aside")  # type: ignore[arg-type]


def test_under_asyncio_builders_and_outcomes_are_awaited(server: Server, user: str) -> None:
    async def main() -> None:
        async with aio.ContextMesh(user, server=server.address) as mesh:
            await mesh.push("k", 1)
            assert await build_system_prompt("A", mesh) == "[Context]\nK: 1"
            logger = aio.OutcomeLogger(mesh)
            assert await logger.log_outcome("A", "t", True, 1.5, {"in": 1}, [2], metadata={"m": 3}) == 1
            (outcome,) = await logger.get_outcomes(hours=1)
            assert (outcome["duration"], outcome["input_data"], outcome["metadata"]) == (1.5, {"in": 1}, {"m": 3})

    asyncio.run(main())


def test_outcomes_sum_up(mesh: ContextMesh) -> None:
    logger = OutcomeLogger(mesh)
    logger.log_outcome("A", "t", True, 1)
    logger.log_outcome("A", "t", False, 3, error="why")
    metrics = logger.get_performance_metrics()

    assert (metrics["total"], metrics["success_rate"], metrics["error_rate"], metrics["average_duration"]) == (2, 0.5, 0.5, 2.0)
    assert metrics["by_agent"]["A"] == metrics["by_task_type"]["t"]
    assert [outcome["error"] for outcome in logger.get_outcomes(success=False)] == ["why"]
    assert (logger.clear_outcomes(older_than_hours=1), logger.clear_outcomes()) == (0, 2)
