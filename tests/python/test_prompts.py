"""The prompt builders by the original's names. tests/conformance shows what the server writes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from support.fake import FakeServer
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
from syntha.v1 import context_mesh_service_pb2


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


@pytest.mark.parametrize(("template", "ready_template"), [(None, "none such"), ("{context}", "basic")])
def test_ready_template_that_cannot_be_taken_is_refused(mesh: ContextMesh, template: str | None, ready_template: Any) -> None:
    with pytest.raises(SynthaInvalidArgumentError, match="TEMPLATE_INVALID") as caught:
        build_system_prompt("A", mesh, template, ready_template=ready_template)

    assert (caught.value.reason, caught.value.metadata) == ("TEMPLATE_INVALID", {"template": ready_template})


@pytest.mark.parametrize(
    ("options", "seconds"), [({}, None), ({"recent_only": True}, 3600), ({"recent_only": True, "max_age_seconds": 60}, 60)]
)
def test_recent_only_is_an_hour_where_no_age_is_given(options: dict[str, Any], seconds: int | None) -> None:
    answer = context_mesh_service_pb2.BuildPromptResponse()
    with FakeServer(BuildPrompt=lambda *_: answer) as fake, ContextMesh("u", server=fake.address) as mesh:
        build_message_prompt("A", mesh, **options)

    (spec,) = (request.spec for request, _ in fake.calls)
    assert (spec.max_age.seconds if spec.HasField("max_age") else None) == seconds


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
