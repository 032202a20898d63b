"""The package as it is published."""

from __future__ import annotations

import re

import syntha
from support.server import ROOT
from syntha._calls.settings import SERVICES


def test_version_is_that_of_all_packages() -> None:
    stated = re.search(r"<Version>(.*)</Version>", (ROOT / "Directory.Build.props").read_text("utf-8"))

    assert stated is not None and syntha.__version__ == stated[1]


def test_all_that_is_exported_is_there_and_said_what_it_is() -> None:
    silent = [name for name in syntha.__all__ if callable(getattr(syntha, name)) and not getattr(syntha, name).__doc__]

    assert silent == []


def test_code_is_generated_from_the_contract_as_it_is() -> None:
    for service in SERVICES:
        text = (ROOT / "protos" / service.file.name).read_text("utf-8")
        generated = [method.name for method in service.methods]

        assert generated == re.findall(r"^  rpc (\w+)\(", text, re.MULTILINE)
