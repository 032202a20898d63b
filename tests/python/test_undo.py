"""Undo and redact: plans, who carries them out, and many commands. tests/conformance/undo.json shows what each call means."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake import FakeServer

from syntha import (
    ChangeKind,
    ContextMesh,
    ObstacleKind,
    Position,
    SynthaConflictError,
    SynthaInvalidArgumentError,
    UndoObstacle,
    UndoPlan,
)
from syntha.v1 import item_pb2, stream_pb2, undo_pb2

_FIRST = Position("e", 1)
_PLAN = item_pb2.Position(epoch="e", revision=9)


def _mesh(server: FakeServer) -> ContextMesh:
    return ContextMesh("u", server=server.address, retry_delay=0.01)


def test_plan_has_all_pages_and_is_carried_out_by_the_one_who_asked() -> None:
    obstacle = undo_pb2.UndoObstacle(kind=undo_pb2.UNDO_OBSTACLE_KIND_BUILT_ON, revision=4, author="B")
    pages = [
        undo_pb2.PlanUndoResponse(position=_PLAN, next_page_token="p", undos=[undo_pb2.PlannedUndo(key="a", kind=2)]),
        undo_pb2.PlanUndoResponse(
            position=_PLAN, undos=[undo_pb2.PlannedUndo(key="b", obstacle=obstacle), undo_pb2.PlannedUndo(key="c", kind=99)]
        ),
    ]
    behaviours: dict[str, Any] = {
        "PlanUndo": lambda request, _: pages[bool(request.page_token)],
        "Undo": lambda request, _: undo_pb2.UndoResponse(position=_PLAN, undone=1, left_alone=1),
    }
    with FakeServer(**behaviours) as fake, _mesh(fake) as mesh:
        plan = mesh.plan_undo(after=_FIRST, through=Position("e", 5), author="A", agent_name="A")
        receipt = mesh.undo(plan, all_or_nothing=True)

    assert (plan.position, [undo.key for undo in plan.undos]) == (Position("e", 9), ["a", "b", "c"])
    assert [undo.kind for undo in plan.undos] == [ChangeKind.UPDATED, None, ChangeKind.UNKNOWN]
    assert [undo.obstacle for undo in plan.obstacles] == [UndoObstacle(ObstacleKind.BUILT_ON, 4, "B")]
    first, second, undone = [request for request, _ in fake.calls]
    assert (first.scope.range.after.revision, first.scope.range.through.revision, first.scope.author) == (1, 5, "A")
    assert (second.page_token, second.scope, undone.scope) == ("p", first.scope, first.scope)
    assert (undone.as_agent, undone.plan_position, undone.all_or_nothing) == ("A", _PLAN, True)
    assert (receipt.undone, receipt.left_alone, receipt.request_id) == (1, 1, undone.request_id)


def test_plan_of_one_is_not_carried_out_by_another() -> None:
    plan = UndoPlan(_FIRST, (), None, undo_pb2.UndoScope())
    with ContextMesh("u", server="127.0.0.1:1") as mesh:
        for name in ("A", "B"):
            with pytest.raises(SynthaInvalidArgumentError, match="made for the owner"):
                mesh.for_agent(name).undo_context(plan)


def test_redaction_of_many_versions_takes_several_commands() -> None:
    answers = [
        undo_pb2.RedactResponse(position=_PLAN, replayed=True, redacted_versions=10_000, removed=True, has_more=True),
        undo_pb2.RedactResponse(position=_PLAN, redacted_versions=10_000, has_more=True),
        undo_pb2.RedactResponse(position=item_pb2.Position(epoch="e", revision=12), redacted_versions=5),
    ]
    with FakeServer(Redact=lambda *_: answers[len(fake.calls) - 1]) as fake, _mesh(fake) as mesh:
        given = "01938f00-0000-7000-8000-000000000001"
        receipt = mesh.redact("k", every=True, author="A", request_id=given)

    requests = [request for request, _ in fake.calls]
    assert [(request.key, request.author, request.WhichOneof("versions")) for request in requests] == [("k", "A", "every")] * 3
    assert requests[0].request_id == given and len({request.request_id for request in requests}) == 3
    assert (receipt.redacted_versions, receipt.removed, receipt.replayed) == (20_005, True, True)
    assert (receipt.position, receipt.request_id) == (Position("e", 12), given)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda mesh: mesh.plan_undo(), "command"),
        (lambda mesh: mesh.plan_undo(command=_FIRST, after=_FIRST), "command"),
        (lambda mesh: mesh.plan_undo(command=_FIRST, through=_FIRST), "through"),
        (lambda mesh: mesh.plan_undo(command=7), "command"),
        (lambda mesh: mesh.plan_undo(after=_FIRST, author=5), "author"),
        (lambda mesh: mesh.undo(_FIRST), "plan"),
        (lambda mesh: mesh.for_agent("A").undo_context(None), "plan"),
        (lambda mesh: mesh.redact("k"), "version"),
        (lambda mesh: mesh.redact("k", version=_FIRST, every=True), "version"),
        (lambda mesh: mesh.redact("k", every=1), "every"),
        (lambda mesh: mesh.redact("k", through=5), "through"),
        (lambda mesh: mesh.redact(5, former=True), "key"),
    ],
)
def test_other_arguments_are_refused_by_name(make: Any, field: str) -> None:
    with ContextMesh("u", server="127.0.0.1:1") as mesh, pytest.raises(SynthaInvalidArgumentError) as caught:
        make(mesh)

    assert caught.value.field == field


def test_undo_of_an_undo_is_as_before(mesh: ContextMesh) -> None:
    before = mesh.push("k", 1).position
    mesh.push("k", 2, agent_name="A")
    mesh.push("l", 1, agent_name="A")
    receipt = mesh.undo(mesh.plan_undo(after=before, author="A"))
    undone = mesh.get_all_for_agent("A")
    mesh.undo(mesh.plan_undo(command=receipt.position))

    assert (receipt.undone, undone, mesh.get_all_for_agent("A")) == (2, {"k": 1}, {"k": 2, "l": 1})


def test_outdated_plan_is_a_conflict(mesh: ContextMesh) -> None:
    command = mesh.push("k", 1).position
    plan = mesh.plan_undo(command=command)
    mesh.push("k", 2)
    with pytest.raises(SynthaConflictError) as caught:
        mesh.undo(plan)

    assert (caught.value.reason, caught.value.metadata) == ("PLAN_OUTDATED", {"key": "k"})


def test_redacted_version_says_that_it_has_no_value(mesh: ContextMesh) -> None:
    first = mesh.push("k", "secret", metadata={"m": 1}).position
    mesh.push("k", 2)
    mesh.redact("k", former=True)
    (item,) = mesh.get_items(["k"], as_of=first)

    assert (item.redacted, item.has_value, item.metadata) == (True, False, None)
    with pytest.raises(ValueError, match="it was redacted"):
        print(item.value)
    assert [version.kind for version in mesh.list_versions("k")] == [ChangeKind.REDACTED, ChangeKind.UPDATED, ChangeKind.CREATED]


def test_callback_hears_nothing_of_a_redacted_former_version() -> None:
    """It tells of present values. The present one stays as it is."""
    from syntha._live.callback import TopicNews
    from syntha._live.cursor import StreamCursor

    cursor, news = StreamCursor(None, False), TopicNews()
    change = stream_pb2.Change(kind=stream_pb2.CHANGE_KIND_REDACTED, revision=3, key="k", redacted_revision=1)
    (event,) = cursor.take(stream_pb2.SubscribeResponse(changes=stream_pb2.Changes(changes=[change], through=_PLAN)))

    assert event.changes[0].redacted_revision == 1 and not event.changes[0].is_gone  # type: ignore[attr-defined]
    assert list(news.of(event)) == []
