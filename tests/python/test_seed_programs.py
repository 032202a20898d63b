"""The programs that this project grew from run unchanged, and print what their text promises.

They name their users themselves (alice, bob, charlie), so each runs against a server of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.programs import run, seed_programs
from support.server import Server

_BASIC, _APPLICATION, _SQLITE, _POSTGRES = range(4)


@pytest.fixture
def own_server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def seed() -> list[str]:
    programs = list(seed_programs().values())
    assert len(programs) == 4, "The page has other programs than these tests know."
    return programs


def test_basic_example_prints_each_users_own(seed: list[str], own_server: Server, tmp_path: Path) -> None:
    done = run(seed[_BASIC], tmp_path, own_server.address)

    assert done.stdout == (
        "Alice preferences: {'theme': 'dark', 'language': 'English', 'notifications': True}\n"
        "Bob preferences: {'theme': 'light', 'language': 'Spanish', 'notifications': False}\n"
        "Alice can see keys: ['preferences']\n"
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_multi_user_application_prints_what_it_promises(seed: list[str], own_server: Server, tmp_path: Path) -> None:
    done = run(seed[_APPLICATION], tmp_path, own_server.address)

    assert (done.returncode, done.stderr) == (0, "")
    assert_application(done.stdout)


def test_database_arguments_are_accepted_and_explained_once(seed: list[str], server: Server, tmp_path: Path) -> None:
    sqlite = run(seed[_SQLITE], tmp_path, server.address)
    postgres = run(seed[_POSTGRES], tmp_path, server.address)

    assert sqlite.stdout == "Alice DB: sqlite file per-user\nBob DB: sqlite file per-user\n"
    assert (sqlite.returncode, postgres.returncode, postgres.stdout) == (0, 0, "")
    for done, arguments in ((sqlite, "db_backend, db_path"), (postgres, "connection_string, db_backend")):
        assert done.stderr.count("SynthaDatabaseWarning") == 1, "Two meshes were opened, and one explanation is enough."
        assert f"{arguments}: no effect" in done.stderr
    assert "user:pass" not in postgres.stderr, "An explanation is no place for a password."


def assert_application(output: str) -> None:
    """The output of the multi-user application, without its times of day."""
    summaries = dict(zip(("alice", "bob", "charlie"), _summaries(output)))

    assert output.startswith("🏢 Multi-User Application Started\n\n🔒 Demonstrating User Isolation\n")
    for user, (theme, language) in {"alice": ("dark", "English"), "bob": ("light", "Spanish"), "charlie": ("light", "English")}.items():
        summary = summaries[user]
        assert f"✅ Created isolated session for user: {user}\n" in output
        assert summary["user_id"] == user
        assert summary["profile"].keys() == {"user_id", "created_at", "status"}
        assert (summary["profile"]["user_id"], summary["profile"]["status"]) == (user, "active")
        assert summary["preferences"] == {"theme": theme, "language": language, "notifications": True, "privacy_mode": True}
        assert (summary["conversation_count"], summary["topics"]) == (1, ["chat_history"])
        assert f"🧹 Cleaned up session for {user}\n" in output
    keys = "['conversations', 'preferences', 'profile']"
    assert f"Alice can see keys: {keys}\nBob can see keys: {keys}\n" in output
    assert re.search(r"^Key overlap: \{('(conversations|preferences|profile)'(, )?){3}\}$", output, re.MULTILINE)
    assert "\nAlice conversation count: 1\nBob conversation count: 1\n✅ Each user sees only their own conversations\n" in output
    assert '"total_users": 3' in output
    assert "❌" not in output and "error" not in output.lower()


def _summaries(output: str) -> list[dict[str, dict[str, object]]]:
    decode = json.JSONDecoder().raw_decode
    return [decode(output, found.end())[0] for found in re.finditer(r"'s Data:\n", output)]
