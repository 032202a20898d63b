"""ContextMesh by the original's names: arguments and results. tests/conformance shows what each call means."""

from __future__ import annotations

import warnings
from datetime import timedelta

import pytest
from support.server import Server

from syntha import (
    ChangeKind,
    ContextMesh,
    PushEntry,
    SynthaClosedError,
    SynthaConflictError,
    SynthaConnectionError,
    SynthaInvalidArgumentError,
)


def test_push_and_get_of_any_json_value(mesh: ContextMesh) -> None:
    values = [None, True, 0, -1.5, 2**70, "", "日本語 😀", [], {}, {"a": [None, {"b": "c"}]}]
    for number, value in enumerate(values):
        mesh.push(f"k{number}", value)

    assert [mesh.get(f"k{number}") for number in range(len(values))] == values


def test_pushed_value_is_a_copy_and_a_read_one_the_callers_own(mesh: ContextMesh) -> None:
    value = {"list": [1]}
    mesh.push("k", value)
    value["list"].append(2)
    read = mesh.get("k")
    read["list"].append(3)

    assert mesh.get("k") == {"list": [1]}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1, 2}, b"bytes", "\ud800"])
def test_what_is_no_json_is_refused_before_it_is_sent(mesh: ContextMesh, value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        mesh.push("k", value)

    assert mesh.size() == 0


def test_get_without_an_agent_is_the_owners_view(mesh: ContextMesh) -> None:
    mesh.push("k", 1, subscribers=["A"])

    assert (mesh.get("k"), mesh.get("k", "A"), mesh.get("k", agent_name="B"), mesh.get("none")) == (1, 1, None, None)


def test_views_of_an_agent(mesh: ContextMesh) -> None:
    mesh.register_agent_topics("A", ["t", "empty"])
    mesh.push("b", None, topics=["t"])
    mesh.push("a", 1, topics=["t", "foreign"])
    mesh.push("global", 2)
    mesh.push("hidden", 3, topics=["foreign"])

    assert mesh.get_all_for_agent("A") == {"a": 1, "b": None, "global": 2}
    assert mesh.get_keys_for_agent("A") == ["a", "b", "global"]
    assert mesh.get_available_keys_by_topic("A") == {"t": ["a", "b"], "empty": [], "other": ["global"]}
    assert mesh.get_available_keys_by_topic("B") == {"other": ["global"]}
    mesh.remove("global")
    assert mesh.get_available_keys_by_topic("A") == {"t": ["a", "b"], "empty": []}


def test_views_read_every_page(mesh: ContextMesh) -> None:
    keys = [f"{number:05}" for number in range(2_500)]
    mesh.push_many(PushEntry(key, 0) for key in keys)

    assert mesh.get_keys_for_agent("A") == keys
    assert list(mesh.get_all_for_agent("A")) == keys
    assert [item.key for item in mesh.get_items(reversed(keys[:1_000]))] == keys[999::-1]


@pytest.mark.parametrize("ttl", [3600, 3600.0, timedelta(hours=1)])
def test_time_to_live_in_seconds_or_as_a_timedelta(mesh: ContextMesh, ttl: float | timedelta) -> None:
    mesh.push("k", 1, ttl=ttl)
    item = mesh.get_item("k")

    assert item is not None and item.expire_time is not None
    assert item.expire_time - item.update_time == timedelta(hours=1)


@pytest.mark.parametrize("ttl", [0, -1, timedelta(0), timedelta(days=-1)])
def test_time_to_live_of_zero_or_less_expires_at_once(mesh: ContextMesh, ttl: float | timedelta) -> None:
    mesh.push("k", 1, ttl=ttl)

    assert (mesh.get("k"), mesh.get_stats()["expired_items"], mesh.size()) == (None, 1, 1)
    assert (mesh.cleanup_expired(), mesh.size()) == (1, 0)


def test_time_to_live_beyond_the_years_that_python_knows(mesh: ContextMesh) -> None:
    mesh.push("k", 1, ttl=9_000 * 365 * 86_400)
    item = mesh.get_item("k")

    assert item is not None and item.expire_time is not None and item.expire_time.year == 9999


def test_lists_that_are_one_text_are_refused(mesh: ContextMesh) -> None:
    with pytest.raises(TypeError, match="topics is one text, and must be a list of names"):
        mesh.push("k", 1, topics="sales")

    assert mesh.size() == 0


def test_guard_that_does_not_hold_tells_both_revisions(mesh: ContextMesh) -> None:
    first = mesh.push("k", 1)
    second = mesh.push("k", 2)
    with pytest.raises(SynthaConflictError) as caught:
        mesh.push("k", 3, if_revision=first.position.revision)

    assert (caught.value.expected_revision, caught.value.current_revision) == (1, second.position.revision)
    assert mesh.remove("k", if_revision=second.position.revision)


def test_push_repeated_with_its_request_id_happens_once(mesh: ContextMesh) -> None:
    first = mesh.push("k", 1)
    again = mesh.push("k", 1, request_id=first.request_id)

    assert (again.position, again.replayed, first.replayed) == (first.position, True, False)


def test_post_permissions_by_topics(mesh: ContextMesh) -> None:
    assert (mesh.get_agent_post_permissions("A"), mesh.can_agent_post_to_topic("A", "t")) == (None, True)
    mesh.set_agent_post_permissions("A", ["t"])
    assert (mesh.get_agent_post_permissions("A"), mesh.can_agent_post_to_topic("A", "u")) == (["t"], False)
    mesh.set_agent_post_permissions("A", [])
    assert (mesh.get_agent_post_permissions("A"), mesh.can_agent_post_to_topic("A", "t")) == ([], False)
    mesh.set_agent_post_permissions("A", None)
    assert mesh.get_agent_post_permissions("A") is None


def test_item_tells_how_it_was_pushed(mesh: ContextMesh) -> None:
    receipt = mesh.push("k", {"n": 1}, ["A"], ["t"], metadata={"source": "test"}, agent_name="W")
    item = mesh.get_item("k")

    assert item is not None
    assert (item.key, item.value_json, item.value) == ("k", '{"n":1}', {"n": 1})
    assert (item.topics, item.subscribers, item.author, item.metadata) == (("t",), ("A",), "W", {"source": "test"})
    assert (item.revision, item.expire_time) == (receipt.position.revision, None)


def test_user_id_comes_from_the_environment_or_is_asked_for(monkeypatch: pytest.MonkeyPatch, server: Server, user: str) -> None:
    monkeypatch.setenv("SYNTHA_SERVER", server.address)
    monkeypatch.setenv("SYNTHA_USER_ID", user)
    with ContextMesh() as mesh:
        assert mesh.user_id == user
        mesh.push("k", 1)
    with ContextMesh(user) as again:
        assert again.get("k") == 1


@pytest.mark.parametrize("user_id", ["", "with blank", "é"])
def test_user_id_that_cannot_be_sent_is_refused_and_no_other_taken(monkeypatch: pytest.MonkeyPatch, user_id: str) -> None:
    monkeypatch.setenv("SYNTHA_USER_ID", "other")
    with pytest.raises(ValueError, match="user id"):
        ContextMesh(user_id)


def test_malformed_user_id_is_refused_by_the_server_and_creates_nothing(server: Server) -> None:
    before = sorted(path.name for path in server.data.rglob("*") if path.is_dir())
    with ContextMesh("../etc", server=server.address) as mesh, pytest.raises(SynthaInvalidArgumentError) as caught:
        mesh.push("k", 1)

    assert (caught.value.reason, "pattern" in caught.value.metadata) == ("USER_ID_MALFORMED", True)
    assert sorted(path.name for path in server.data.rglob("*") if path.is_dir()) == before


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("host", "host:50051"), ("host:1", "host:1"), ("[::1]:2", "[::1]:2"), ("http://host:3", "http://host:3".removeprefix("http://")),
        ("https://host", "host:443"), ("https://host:4", "host:4"),
    ],
)
def test_addresses_that_are_understood(address: str, target: str) -> None:
    with ContextMesh("u", server=address) as mesh:
        settings = mesh._connection.settings
        assert (settings.target, settings.is_secure) == (target, address.startswith("https"))


@pytest.mark.parametrize("address", ["ftp://host:1", "http://", "host:port"])
def test_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError):
        ContextMesh("u", server=address)


def test_mesh_without_database_arguments_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ContextMesh("u").close()


def test_closed_mesh_says_that_it_is_closed(mesh: ContextMesh) -> None:
    mesh.push("k", 1)
    mesh.close()

    with pytest.raises(SynthaClosedError, match="This mesh was closed. Its context is still there") as caught:
        mesh.get("k")
    assert isinstance(caught.value, (SynthaConnectionError, RuntimeError)) and caught.value.error_code == "MESH_CLOSED"


def test_as_of_takes_a_position_or_a_time_and_nothing_else(mesh: ContextMesh) -> None:
    first = mesh.push("k", 1)
    mesh.push("k", 2)
    versions = mesh.list_versions("k", page_size=1)

    assert [version.kind for version in versions] == [ChangeKind.UPDATED, ChangeKind.CREATED]
    assert [version.item and version.item.value for version in versions] == [2, 1]
    assert mesh.get("k", as_of=first.position) == 1
    assert mesh.get("k", as_of=versions[0].time) == 2
    assert mesh.get("k", as_of=versions[0].time.replace(year=versions[0].time.year - 1)) is None
    for wrong in ("yesterday", 1):
        with pytest.raises(SynthaInvalidArgumentError):
            mesh.get("k", as_of=wrong)  # type: ignore[arg-type]
