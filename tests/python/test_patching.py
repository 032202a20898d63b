"""Patches and commits: arguments, results and errors. tests/conformance/patching.json shows what each call means."""

from __future__ import annotations

import asyncio
import copy
import pickle
import re
from dataclasses import replace
from typing import Any

import grpc
import pytest
from support.fake import FakeServer, refuse
from support.proxy import Proxy
from support.server import ROOT, Server

from syntha import (
    ContextMesh,
    Patch,
    PatchEntry,
    PushEntry,
    RemoveEntry,
    SynthaConflictError,
    SynthaInvalidArgumentError,
    TopicsEntry,
    aio,
)
from syntha._calls.failures import _BY_REASON
from syntha.commits import Operation, OperationResult
from syntha.v1 import context_mesh_service_pb2 as wire


def test_whole_numbers_stay_exact_and_others_are_floats(mesh: ContextMesh) -> None:
    mesh.push("k", 2**63 - 2)
    exact = mesh.patch("k", Patch.increment())
    mesh.push("f", 2**53)
    rounded = mesh.patch("f", Patch.increment(1.0))

    assert (exact.result, mesh.get("k")) == (2**63 - 1, 2**63 - 1)
    assert (rounded.result, mesh.get("f")) == (2**53, 2**53)


def test_sum_beyond_64_bits_is_a_conflict(mesh: ContextMesh) -> None:
    mesh.push("k", 2**64 - 1)
    with pytest.raises(SynthaConflictError):
        mesh.patch("k", Patch.increment(1))

    assert mesh.get("k") == 2**64 - 1


def test_values_of_a_patch_are_copied_and_a_patch_serves_several_calls(mesh: ContextMesh) -> None:
    values = ["a"]
    patch = Patch.append(values, "/log", max_length=2)
    values.append("b")
    mesh.push_many([PushEntry("k", {"log": []}), PushEntry("l", {})])

    assert [mesh.patch(key, patch).result for key in ("k", "l", "k", "k")] == [1, 1, 2, 2]
    assert mesh.get("k") == {"log": ["a", "a"]}


def test_a_set_takes_any_iterable_of_values(mesh: ContextMesh) -> None:
    mesh.push("k", ["x"])

    assert mesh.patch("k", Patch.add({"x", "y"})).result == 2
    assert mesh.patch("k", Patch.subtract(letter for letter in "xz")).result == 1
    assert mesh.get("k") == ["y"]


def test_patches_are_values() -> None:
    patch = Patch.append([1, None], "/a", 5)

    assert patch == Patch.append((1, None), "/a", max_length=5) == copy.deepcopy(patch) == pickle.loads(pickle.dumps(patch))
    assert len({patch, Patch.append([1, None], "/a", 5), Patch.prepend([1, None], "/a", 5)}) == 2
    assert patch != Patch.append([1, None], "/a") and patch != "append"
    assert Patch.increment(1) != Patch.increment(1.0)
    assert repr(Patch.increment(2, "/n")) == '<Patch increment { pointer: "/n" integer: 2 }>'


def test_a_patch_that_changes_nothing_makes_no_revision(mesh: ContextMesh) -> None:
    first = mesh.push("k", ["x"])
    receipt = mesh.patch("k", Patch.add(["x"]))
    merged = mesh.patch("k", Patch.merge({"a": 1}))

    assert (receipt.position, receipt.replayed, receipt.result) == (first.position, False, 1)
    assert (merged.position.revision, merged.result, mesh.get("k")) == (2, None, {"a": 1})


def test_patch_repeated_with_its_request_id_happens_once(mesh: ContextMesh) -> None:
    mesh.push("k", 1)
    first = mesh.patch("k", Patch.increment(1))
    again = mesh.patch("k", Patch.increment(1), request_id=first.request_id)

    assert (again.request_id, again.position, again.result, again.replayed) == (first.request_id, first.position, 2, True)
    assert mesh.get("k") == 2


def test_commit_repeated_with_its_request_id_happens_once(mesh: ContextMesh) -> None:
    operations = [PushEntry("k", 1), RemoveEntry("none"), TopicsEntry("A", ["t"])]
    first = mesh.commit(operations, guards={"k": 0})
    again = mesh.commit(operations, guards={"k": 0}, request_id=first.request_id)

    assert first.results == (OperationResult(False, None),) * 3
    assert (again.results, again.position, again.replayed) == (first.results, first.position, True)
    assert mesh.get_topics_for_agent("A") == ["t"]


def test_conflicts_tell_what_did_not_hold(mesh: ContextMesh) -> None:
    mesh.push("k", {"state": "done"})
    with pytest.raises(SynthaConflictError) as failed:
        mesh.patch("k", Patch.operations([{"op": "test", "path": "/state", "value": "open"}]))
    with pytest.raises(SynthaConflictError) as mismatched:
        mesh.commit([RemoveEntry("k")], guards={"k": 7})
    with pytest.raises(SynthaConflictError) as existing:
        mesh.commit([PushEntry("l", 1)], guards={"k": 0})
    with pytest.raises(SynthaInvalidArgumentError) as wrong:
        mesh.for_agent("A").patch_context("k", Patch.operations([{"op": "grow", "path": ""}]))

    assert (failed.value.reason, failed.value.metadata) == ("PATCH_FAILED", {"operation": "0", "path": "/state"})
    assert (failed.value.expected_revision, failed.value.current_revision) == (0, 0)
    assert (mismatched.value.reason, mismatched.value.expected_revision, mismatched.value.current_revision) == ("REVISION_MISMATCH", 7, 1)
    assert (existing.value.reason, existing.value.current_revision) == ("KEY_EXISTS", 1)
    assert (wrong.value.reason, wrong.value.request_id is None) == ("PATCH_INVALID", False)
    assert mesh.get_all_for_agent("A") == {"k": {"state": "done"}}


@pytest.mark.parametrize(
    "entry", [PushEntry("k", 2, if_revision=7), PatchEntry("k", Patch.increment(), if_revision=7), RemoveEntry("k", if_revision=7)]
)
def test_entries_have_guards_of_their_own(mesh: ContextMesh, entry: Operation) -> None:
    mesh.push("k", 1)
    with pytest.raises(SynthaConflictError) as caught:
        mesh.commit([PushEntry("l", 1), entry])
    mesh.commit([replace(entry, if_revision=1)])

    assert (caught.value.expected_revision, caught.value.current_revision) == (7, 1)
    assert mesh.get("l") is None and mesh.get("k") in (2, None)


def test_owner_acts_as_an_agent(mesh: ContextMesh) -> None:
    mesh.push("k", 1, subscribers=["A"])
    with pytest.raises(SynthaConflictError, match="PATCH_FAILED"):
        mesh.patch("k", Patch.increment(), agent_name="B")
    mesh.patch("k", Patch.increment(), agent_name="A")
    mesh.commit([PushEntry("l", 1)], agent_name="A")
    item = mesh.get_item("l")

    assert item is not None and (mesh.get("k"), item.author) == (2, "A")


def test_reasons_with_a_class_of_their_own_are_those_of_the_contract() -> None:
    """A reason that stands for a state of the mesh that a program did not expect is a conflict: the program reads, and decides anew."""
    text = (ROOT / "protos/syntha/v1/error.proto").read_text("utf-8")
    entries = re.findall(r"  // ([A-Z_]+): ((?:.*\n  // )*.*)\n  ERROR_REASON_([A-Z_]+) = ", text)

    assert len(entries) == len(re.findall(r"^  ERROR_REASON_\w+ = [1-9]", text, re.MULTILINE))
    assert _BY_REASON.keys() <= {reason for _, _, reason in entries}
    anew = {reason for _, said, reason in entries if re.search("Remedy: (Read|Plan) .*, and decide anew", said)}
    assert anew == {reason for reason, kind in _BY_REASON.items() if kind is SynthaConflictError}


def test_lost_answer_is_asked_for_again_and_a_patch_happens_once(server: Server, user: str) -> None:
    with Proxy(server.address) as proxy, ContextMesh(user, server=proxy.address, retry_delay=0.01) as mesh:
        mesh.push("k", 1)
        proxy.lose_next_answer()
        patched = mesh.patch("k", Patch.increment(1))
        proxy.lose_next_answer()
        committed = mesh.for_agent("A").commit_context([PatchEntry("k", Patch.increment(1))])

        assert (patched.replayed, patched.result, committed.replayed, committed.results[0].result) == (True, 2, True, 3)
        assert mesh.get("k") == 3


@pytest.mark.parametrize("method", ["Patch", "PatchContext", "Commit", "CommitContext"])
def test_writes_are_made_again_with_their_id(method: str) -> None:
    calls: dict[str, Any] = {
        "Patch": lambda mesh: mesh.patch("k", Patch.increment(1)),
        "PatchContext": lambda mesh: mesh.for_agent("A").patch_context("k", Patch.increment(1)),
        "Commit": lambda mesh: mesh.commit([RemoveEntry("k")]),
        "CommitContext": lambda mesh: mesh.for_agent("A").commit_context([RemoveEntry("k")]),
    }

    def answer(_request: Any, context: grpc.ServicerContext) -> Any:
        if len(fake.calls) % 3:
            refuse(context, grpc.StatusCode.UNAVAILABLE, "STORE_BUSY")
        return wire.CommitResponse() if method.startswith("Commit") else wire.PatchResponse()

    async def main() -> str:
        async with aio.ContextMesh("u", server=fake.address, retry_delay=0.01) as mesh:
            return str((await calls[method](mesh)).request_id)

    with FakeServer(**{method: answer}) as fake:
        with ContextMesh("u", server=fake.address, retry_delay=0.01) as mesh:
            first = calls[method](mesh).request_id
        second = asyncio.run(main())

    assert [request.request_id for request, _ in fake.calls] == [first] * 3 + [second] * 3


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Patch.increment("1"), "amount"),  # type: ignore[arg-type]
        (lambda: Patch.increment(True), "amount"),
        (lambda: Patch.increment(float("nan")), "amount"),
        (lambda: Patch.increment(2**63), "amount"),
        (lambda: Patch.increment(1, 5), "pointer"),  # type: ignore[arg-type]
        (lambda: Patch.increment(1, "/\ud800"), "pointer"),
        (lambda: Patch.append("word"), "values"),
        (lambda: Patch.append(5), "values"),  # type: ignore[arg-type]
        (lambda: Patch.append([{1}]), "values"),
        (lambda: Patch.append(["\ud800"]), "values"),
        (lambda: Patch.append([1], "/a", -1), "max_length"),
        (lambda: Patch.prepend([1], "/a", 2**31), "max_length"),
        (lambda: Patch.prepend([1], "/a", "5"), "max_length"),  # type: ignore[arg-type]
        (lambda: Patch.add({"a": 1}), "values"),
        (lambda: Patch.subtract(None), "values"),  # type: ignore[arg-type]
        (lambda: Patch.operations('[{"op": "test"}]'), "operations"),  # type: ignore[arg-type]
        (lambda: Patch.operations({"op": "test"}), "operations"),  # type: ignore[arg-type]
        (lambda: Patch.operations(["test"]), "operations[0]"),  # type: ignore[list-item]
        (lambda: Patch.merge({"a": object()}), "value"),
    ],
)
def test_patch_of_other_arguments_is_refused_by_name(make: Any, field: str) -> None:
    with pytest.raises(SynthaInvalidArgumentError) as caught:
        make()

    assert caught.value.field == field and str(caught.value).startswith(field)
