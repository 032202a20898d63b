"""The names of this package against the list of both packages (tests/conformance/names). tests/node/names.test.mjs does the same."""

from __future__ import annotations

import json
import re

import pytest
from support.original import FACTS
from support.server import ROOT

import syntha
from syntha import aio

_NAMES = json.loads((ROOT / "tests/conformance/names/names.json").read_text("utf-8"))
_ORIGINAL = json.loads((ROOT / "tests/conformance/names/original.json").read_text("utf-8"))["names"]
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


def test_table_has_every_name_of_the_original() -> None:
    every = set(FACTS["syntha"])
    for module in FACTS["modules"].values():
        every |= {*module["classes"], *module["functions"], *module["constants"]} - {"ABC"}
        every |= {f"{kind}.{name}" for kind in _WITH_METHODS for name in module["classes"].get(kind, {"methods": ()})["methods"]}

    assert {row["original"] for row in _ORIGINAL} == every


def test_names_of_the_table_are_those_of_the_clients() -> None:
    """The .NET client's are those of its public API. tests/node/names.test.mjs holds the Node client to the lists of names.json."""
    files = (ROOT / "client/dotnet").glob("*/PublicAPI.*.txt")
    public = "".join(file.read_text("utf-8") for file in files)
    dotnet = set(re.findall(r"\bSyntha\.(?:Client|Extensions\.AI|Agents\.AI)\.(\w+(?:\.\w+)?)", public))
    dotnet |= {name.split(".")[0] for name in dotnet}
    node = {_camel(name) for name in [*_NAMES["package"]["shared"], *_NAMES["package"]["node"]]}
    node |= {f"{kind}.{_camel(name)}" for kind in ("ContextMesh", "ToolHandler") for name in _of_node(kind)}
    node |= {"dialect", "SynthaClient.forUser", "SynthaClient.close"}
    rpcs = {row["rpc"] for row in json.loads((ROOT / "tests/conformance/parity.json").read_text("utf-8"))["methods"]}

    assert _named("dotnet") - dotnet == {"ILogger"}
    assert _named("node") - node == set()
    assert {call for row in _ORIGINAL for call in re.findall(r"\w+/\w+", row["rpc"])} - rpcs == set()


_WITH_METHODS = ("ContextMesh", "ToolHandler", "OutcomeLogger")


def _named(client: str) -> set[str]:
    return {name for row in _ORIGINAL for name in re.findall(r"`([^`]+)`", row[client])}


def _of_node(kind: str) -> list[str]:
    return [*_NAMES[kind]["shared"], *_NAMES[kind]["node"]]


def _camel(name: str) -> str:
    return name if name != name.lower() else re.sub("_(.)", lambda letter: letter[1].upper(), name)
