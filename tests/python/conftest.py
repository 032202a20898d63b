"""One real server for the whole run, and a new user for each test. Tests need no other isolation."""

from __future__ import annotations

import runpy
import secrets
from collections.abc import Iterator

import pytest
from support.programs import SEED, own_programs, ran, seed_programs
from support.server import ROOT, Server

# This comes before the import of the client, because the contract may have changed.
runpy.run_path(str(ROOT / "client/python/stubs.py"))["main"]()

from syntha import ContextMesh, ToolHandler  # noqa: E402

collect_ignore = [] if seed_programs() else ["test_seed_programs.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Tests that look back on all others come last.
    items.sort(key=lambda item: item.get_closest_marker("last") is not None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tells the log which programs ran: a clone may come without the page."""
    seed, own = (sum(text in ran for text in programs.values()) for programs in (seed_programs(), own_programs()))
    page = f"{seed} of {SEED.name}" if seed_programs() else f"none of {SEED.name}, which is not here"
    terminalreporter.write_line(f"programs that ran: {page}; {own} of the same shape")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def user() -> str:
    return f"py-{secrets.token_hex(6)}"


@pytest.fixture
def mesh(server: Server, user: str) -> Iterator[ContextMesh]:
    with ContextMesh(user, server=server.address) as mesh:
        yield mesh


@pytest.fixture
def agent(mesh: ContextMesh) -> ToolHandler:
    return mesh.for_agent("Assistant")
