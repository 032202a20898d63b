"""The methods of this client against the contract's calls (tests/conformance/parity.json). The other clients have such a test as well."""

from __future__ import annotations

import functools
import json
from types import ModuleType

import pytest
from support.server import ROOT

import syntha
from syntha import aio
from syntha._calls.settings import SERVICES

_METHODS = json.loads((ROOT / "tests/conformance/parity.json").read_text("utf-8"))["methods"]


def test_table_lists_every_call_of_the_contract() -> None:
    every = [f"{service.name}/{method.name}" for service in SERVICES for method in service.methods]

    assert sorted(row["rpc"] for row in _METHODS) == sorted(every)


@pytest.mark.parametrize("package", [syntha, aio])
@pytest.mark.parametrize("row", _METHODS, ids=lambda row: row["rpc"])
def test_client_has_a_method_for_the_call(row: dict[str, str], package: ModuleType) -> None:
    kind, _, method = row["python"].rpartition(".")
    # Functions serve both packages.
    where = functools.reduce(getattr, [kind] if kind else [], package if kind else syntha)

    assert callable(getattr(where, method))
