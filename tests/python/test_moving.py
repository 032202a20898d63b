"""Every name of the package that the project grew from (original_names.json) can be imported from where it was, with its arguments, or the
page about moving (docs/clients/moving.md) says what to use, and why it cannot be."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest
from support.original import FACTS, PAGE, Parameter, facts_of
from support.server import ROOT

import syntha
from syntha import aio

MOVING = ROOT / "docs/clients/moving.md"
_MISSING = object()


def _told() -> set[str]:
    """The names in the first column of the page's table of differences. `Class.*` stands for all methods of a class."""
    _, _, section = MOVING.read_text("utf-8").partition("## Names that are not the same\n")
    rows = [line.split("|")[1] for line in section.partition("\n## ")[0].splitlines() if line.startswith("|")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def _differences() -> Iterator[str]:
    """What cannot be imported or called as it was, in the words of the page's table."""
    for name in FACTS["syntha"]:
        if not hasattr(syntha, name) or name not in syntha.__all__:
            yield name
    for module, facts in FACTS["modules"].items():
        where = importlib.import_module(module)
        for name in facts["constants"]:
            if not hasattr(where, name):
                yield name
        for name, parameters in facts["functions"].items():
            yield from _of_call(name, getattr(where, name, None), parameters)
        for name, kind in facts["classes"].items():
            yield from _of_class(name, getattr(where, name, None), kind)


def _of_class(name: str, kind: Any, facts: dict[str, Any]) -> Iterator[str]:
    yield from _of_call(name, kind, facts["parameters"])
    missing = [method for method in facts["methods"] if not hasattr(kind, method)]
    if len(missing) == len(facts["methods"]) > 0:
        yield f"{name}.*"
        return
    yield from (f"{name}.{method}" for method in missing)
    for method, parameters in facts["methods"].items():
        if method not in missing:
            yield from _of_call(f"{name}.{method}", inspect.getattr_static(kind, method), parameters)


def _of_call(name: str, ours: Any, parameters: list[Parameter]) -> Iterator[str]:
    """Ours takes the original's parameters by their names, and by their places. A default is the same."""
    if ours is None:
        yield name
        return
    signature = inspect.signature(ours.__func__ if isinstance(ours, (classmethod, staticmethod)) else ours)
    own = [one for one in signature.parameters.values() if one.name not in ("self", "cls")]
    takes_any = any(one.kind is one.VAR_KEYWORD for one in own)
    by_name = {one.name: one for one in own if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)}
    for place, (parameter, *default) in enumerate(one for one in parameters if not one[0].startswith("*")):
        mine = by_name.get(parameter)
        if mine is None:
            if not takes_any:
                yield f"{name}({parameter})"
        elif not (default or [inspect.Parameter.empty]) == [mine.default]:
            yield f"{name}({parameter})"
        elif place >= len(own) or own[place].name != parameter:
            yield f"{name}({parameter})"


def test_every_name_of_the_original_is_there_or_the_page_says_why_not() -> None:
    assert sorted(set(_differences()) - _told()) == [], "docs/clients/moving.md tells nothing of these"


def test_the_page_tells_of_no_difference_that_is_none() -> None:
    assert sorted(_told() - set(_differences())) == []


def test_facts_are_those_of_the_page() -> None:
    """The page lies beside the clone. Where the folder exists the page must exist, so a page that was moved fails."""
    assert not PAGE.parent.is_dir() or facts_of(PAGE.read_text("utf-8")) == FACTS


@pytest.mark.parametrize("kind", ["ContextMesh", "ToolHandler", "OutcomeLogger"])
def test_the_forms_for_asyncio_take_the_same_arguments(kind: str) -> None:
    blocking, awaited = getattr(syntha, kind), getattr(aio, kind)

    def arguments_of(function: Any) -> list[tuple[str, Any]]:
        return [(one.name, one.default) for one in inspect.signature(function).parameters.values()]

    assert arguments_of(blocking) == arguments_of(awaited)
    for name in dir(blocking):
        if not name.startswith("_") and callable(getattr(blocking, name)) and hasattr(awaited, name):
            assert arguments_of(getattr(blocking, name)) == arguments_of(getattr(awaited, name)), name
