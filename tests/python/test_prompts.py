"""The prompt builders by the original's names. tests/conformance shows what the server writes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from support.fake import FakeServer
from support.server import Server

from syntha import (
    ContextMesh,
    SynthaInvalidArgumentError,
    aio,
    build_custom_prompt,
    build_message_prompt,
    build_system_prompt,
    inject_context_into_prompt,
)
from syntha.prompts import MESSAGE_PROMPT_TEMPLATES, SYSTEM_PROMPT_TEMPLATES
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


@pytest.mark.parametrize(
    ("template", "prepends", "with_items", "without"),
    [
        (None, False, "You are.\n\n[Context]\nK: 1", "You are."),
        (None, True, "[Context]\nK: 1\n\nYou are.", "You are."),
        ("Know: {context}", False, "You are.\n\nKnow: [Context]\nK: 1", "You are.\n\nKnow: "),
        ("Know: {context}", True, "Know: [Context]\nK: 1\n\nYou are.", "Know: \n\nYou are."),
    ],
)
def test_existing_prompt_is_kept(mesh: ContextMesh, template: str | None, prepends: bool, with_items: str, without: str) -> None:
    def build() -> str:
        return build_system_prompt("A", mesh, template, prepend_to_existing=prepends, existing_prompt="You are.")

    assert build() == without
    mesh.push("k", 1)
    assert build() == with_items


def test_existing_prompt_counts_among_the_bytes(mesh: ContextMesh) -> None:
    mesh.push("k", 1)
    fits = len("You are.\n\n[Context]\nK: 1\n")  # The server counts a line break behind every line.

    assert build_system_prompt("A", mesh, existing_prompt="You are.", max_bytes=fits).keys == ("k",)
    assert build_system_prompt("A", mesh, existing_prompt="You are.", max_bytes=fits - 1) == "You are."
    with pytest.raises(SynthaInvalidArgumentError, match="PROMPT_TOO_LARGE"):
        build_system_prompt("A", mesh, existing_prompt="You are.", max_bytes=8)


@pytest.mark.parametrize("name", SYSTEM_PROMPT_TEMPLATES)
def test_texts_of_system_templates_are_the_servers(mesh: ContextMesh, name: Any) -> None:
    mesh.push("k", 1)

    assert build_system_prompt("A", mesh, SYSTEM_PROMPT_TEMPLATES[name]) == build_system_prompt("A", mesh, ready_template=name)


@pytest.mark.parametrize("name", MESSAGE_PROMPT_TEMPLATES)
def test_texts_of_message_templates_are_the_servers(mesh: ContextMesh, name: Any) -> None:
    mesh.push("k", 1)

    assert build_message_prompt("A", mesh, MESSAGE_PROMPT_TEMPLATES[name]) == build_message_prompt("A", mesh, ready_template=name)


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
            logger = aio.OutcomeLogger(context_mesh=mesh)
            assert await logger.log_outcome("A", "t", True, 1.5, {"in": 1}, [2], metadata={"m": 3}) == 1
            (outcome,) = await logger.get_recent_outcomes(hours=1)
            assert (outcome.duration_seconds, outcome.input_context, outcome.metadata) == (1.5, {"in": 1}, {"m": 3})

    asyncio.run(main())
