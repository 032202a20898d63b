"""The names of this package against the list of both packages (tests/conformance/names). tests/node/names.test.mjs does the same."""

from __future__ import annotations

import json

import pytest
from support.server import ROOT

import syntha
from syntha import aio

_NAMES = json.loads((ROOT / "tests/conformance/names/names.json").read_text("utf-8"))
_OF_ASYNCIO = {"close": "aclose", "is_blocking": "is_asynchronous"}


def _members_of(kind: type) -> list[str]:
    return sorted(name for name in dir(kind) if not name.startswith("_"))


def _expected(where: str) -> list[str]:
    return sorted([*_NAMES[where]["shared"], *_NAMES[where]["python"]])


def test_names_of_the_package() -> None:
    assert sorted(syntha.__all__) == _expected("package")


@pytest.mark.parametrize("kind", ["ContextMesh", "ToolHandler"])
def test_names_of_methods(kind: str) -> None:
    assert _members_of(getattr(syntha, kind)) == _expected(kind)
    assert _members_of(getattr(aio, kind)) == sorted(_OF_ASYNCIO.get(name, name) for name in _expected(kind))
