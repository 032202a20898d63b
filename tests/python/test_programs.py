"""Programs of the same shape as the seed's. They also run in a clone without the seed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.programs import own_programs, ran, run, seed_programs
from support.server import Server


@pytest.fixture
def own_server() -> Iterator[Server]:
    with Server() as server:
        yield server


def test_application_of_several_users_keeps_them_apart(own_server: Server, tmp_path: Path) -> None:
    done = run(own_programs()["application.py"], tmp_path, own_server.address)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "ann ['tea', 'milk'] ['diary'] ['owner', 'visits']",
        "ben ['coffee'] ['diary'] ['owner', 'visits']",
        "True False None",
        "{'visits': ['tea', 'milk']} ['visits']",
        "True False",
        "1 [] ['owner', 'visits']",
    ]


def test_agent_waits_for_another(server: Server, user: str, tmp_path: Path) -> None:
    done = run(own_programs()["listener.py"], tmp_path, server.address, SYNTHA_USER_ID=user)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "('orders', 'order-1', {'what': 'tea', 'number': 1152921504606846976})",
        "('orders', 'order-1', None)",
    ]


def test_arguments_that_chose_a_database_are_explained_once(server: Server, tmp_path: Path) -> None:
    program = """
from syntha import ContextMesh
database = {"db_backend": "postgresql", "connection_string": "postgresql://user:secret@host/db"}
ContextMesh(user_id="ann", **database)
ContextMesh(user_id="ben", **database)
"""
    done = run(program, tmp_path, server.address)

    assert done.returncode == 0
    assert done.stderr.count("SynthaDatabaseWarning") == 1
    assert "program.py:4: SynthaDatabaseWarning" in done.stderr
    assert f"connection_string, db_backend: no effect. The server at {server.address} stores the context of each user" in done.stderr
    assert "still there at the next run, and all meshes of the user share it" in done.stderr
    assert "secret" not in done.stderr


def test_without_a_user_id_a_mesh_is_refused(server: Server, tmp_path: Path) -> None:
    done = run("from syntha import ContextMesh\nContextMesh()\n", tmp_path, server.address)

    assert done.returncode != 0
    assert "SynthaInvalidArgumentError: There is no user id. Pass user_id, or set SYNTHA_USER_ID." in done.stderr


def _warnings_of(arguments: str, server: Server, folder: Path) -> str:
    done = run(f"from syntha import ContextMesh\nContextMesh(user_id='ann', {arguments})\n", folder, server.address)
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_what_the_program_gets_anyway_is_not_warned_of(server: Server, tmp_path: Path) -> None:
    assert _warnings_of("enable_persistence=True, enable_indexing=False, auto_cleanup=True", server, tmp_path) == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("enable_persistence=False", "enable_persistence: no effect. .* still there at the next run"),
        ("db_path='b.db', enable_persistence=True", "SynthaDatabaseWarning: db_path: no effect. .* also with another database or path"),
        ("db_backend='oracle'", "'oracle' is no back-end. The server has sqlite and postgresql"),
        ("auto_cleanup=False", "auto_cleanup: no effect. The server removes expired items by itself"),
        ("sever='localhost'", "sever: ContextMesh has no such argument"),
    ],
)
def test_what_the_program_does_not_get_is_told(server: Server, tmp_path: Path, arguments: str, told: str) -> None:
    assert re.search(told, _warnings_of(arguments, server, tmp_path))


@pytest.mark.last
def test_the_programs_of_the_page_ran_or_without_it_those_of_the_same_shape(request: pytest.FixtureRequest) -> None:
    options = request.config.option
    if options.keyword or options.markexpr or not all(Path(name).is_dir() for name in request.config.args):
        pytest.skip("only some of the tests run")
    expected = seed_programs() or own_programs()

    assert expected
    assert [name for name, text in expected.items() if text not in ran] == []
