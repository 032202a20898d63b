"""Data that the original package loses and this one keeps. tests/conformance has most of its other defects as scenarios."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import threading
from pathlib import Path

import pytest
from support.server import Server

from syntha import ContextMesh


def test_topics_of_items_survive_a_kill(user: str) -> None:
    with Server() as server, ContextMesh(user, server=server.address) as mesh:
        mesh.register_agent_topics("A", ["t", "u"])
        mesh.push("only", 1, topics=["t"])
        mesh.push("both", 2, topics=["t", "u"])
        server.restart()

        assert mesh.get_all_for_agent("A") == {"both": 2, "only": 1}
        assert mesh.delete_topic("t") == 1
        assert (mesh.get_keys_for_agent("A"), mesh.get_topics_for_agent("A")) == (["both"], ["u"])


def test_port_of_a_server_that_is_down_is_given_to_nobody_else() -> None:
    with Server() as server:
        address = server.address
        server.kill()
        host, port = address.split(":")
        with socket.socket() as other, pytest.raises(OSError):
            other.bind((host, int(port)))
        server.start()

        assert server.address == address


def test_concurrent_writers_lose_nothing(server: Server, user: str) -> None:
    failures: list[BaseException] = []

    def write(writer: int) -> None:
        try:
            with ContextMesh(user, server=server.address) as mesh:
                for number in range(100):
                    mesh.push(f"{writer}-{number}", number, agent_name=f"W{writer}")
        except BaseException as failure:
            failures.append(failure)

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with ContextMesh(user, server=server.address) as mesh:
        items = mesh.list_items()

    assert failures == []
    assert len(items) == 800 and len({item.revision for item in items}) == 800
    assert {item.revision for item in items} == set(range(1, 801))


def test_copy_of_a_users_file_under_load_ends_and_is_whole(user: str, tmp_path: Path) -> None:
    """The command of docs/operations.md. `.backup` of sqlite3 begins anew with each write of another process, and so never ends."""
    copy = tmp_path / "copy.db"
    with Server() as server, ContextMesh(user, server=server.address) as mesh:
        for number in range(32):
            mesh.push(f"large{number}", "y" * 1_000_000)
        mesh.push("busy", "x")
        stop = threading.Event()

        def write() -> None:
            while not stop.is_set():
                mesh.push("busy", "x" * 1_000)

        writing = threading.Thread(target=write)
        writing.start()
        try:
            (file,) = server.data.glob("users/*/context.db")
            subprocess.run(["sqlite3", file, f"VACUUM INTO '{copy}'"], check=True, timeout=60)
        finally:
            stop.set()
            writing.join()

    with sqlite3.connect(copy) as copied:
        assert copied.execute("SELECT count(*) FROM items").fetchone() == (33,)
        assert copied.execute("PRAGMA integrity_check").fetchone() == ("ok",)
