"""One real server for the whole run; a fresh user for each test, which is all the isolation that tests need."""

from __future__ import annotations

import runpy
import secrets
from collections.abc import Iterator

import pytest
from support.programs import SEED
from support.server import ROOT, Server

# Before the client is imported: what it is generated from may have changed.
runpy.run_path(str(ROOT / "client/python/stubs.py"))["main"]()

from syntha import ContextMesh, ToolHandler  # noqa: E402

collect_ignore = [] if SEED.exists() else ["test_seed_programs.py"]


def pytest_report_header() -> str:
    return f"programs of {SEED}: {'run' if SEED.exists() else 'the page is not here, programs of the same shape run'}"


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
