"""The scenarios' expectations can fail. These tests show what is compared."""

from __future__ import annotations

from typing import Any

import pytest
from conformance.scenarios import differences, fill

_SAVED = {"r": "5", "place": {"epoch": "e", "revision": "5"}}


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ({}, {"a": 1}),
        ({"a": "$any"}, {"a": {"b": 1}}),
        ({"a": "$absent"}, {}),
        ({"a": "$r"}, {"a": "5"}),
        ({"a": {"$json": {"x": [1], "y": None}}}, {"a": '{"y": null, "x": [1]}'}),
        ({"a": {"$jsonWith": {"x": {"z": 1}}}}, {"a": '{"y": 2, "x": {"z": 1, "w": 3}}'}),
        ({"a": False, "b": "0", "c": [], "d": "", "e": 0}, {}),
        ({"a": [{"k": 1}, {"k": 2}]}, {"a": [{"k": 1, "l": 1}, {"k": 2}]}),
    ],
)
def test_what_is_as_expected(expected: Any, actual: Any) -> None:
    assert differences(expected, actual, _SAVED) == []


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ({"a": "$any"}, {}),
        ({"a": "$any"}, {"a": ""}),
        ({"a": "$absent"}, {"a": False}),
        ({"a": "$r"}, {"a": "6"}),
        ({"a": "5"}, {"a": 5}),
        ({"a": {"$json": {"x": 1}}}, {"a": '{"x": 1, "y": 2}'}),
        ({"a": {"$json": {"x": 1}}}, {}),
        ({"a": {"$jsonWith": {"x": 1}}}, {"a": '{"x": 2}'}),
        ({"a": {"$jsonWith": {}}}, {}),
        ({"a": True}, {}),
        ({"a": {"b": "$absent"}}, {}),
        ({"a": []}, {"a": [1]}),
        ({"a": [1, 2]}, {"a": [1, 3]}),
        ({"a": [1]}, {"a": [1, 2]}),
        ({"a": [1]}, {}),
    ],
)
def test_what_is_not(expected: Any, actual: Any) -> None:
    assert len(differences(expected, actual, _SAVED)) == 1


def test_members_that_a_client_does_not_return_are_not_compared_and_no_others() -> None:
    expected = {"a": 1, "items": [{"key": "k", "revision": "1"}]}

    assert differences(expected, {"items": [{"key": "k"}]}, {}, frozenset({"a", "items.revision"})) == []
    assert len(differences(expected, {"items": [{"key": "l"}]}, {}, frozenset({"a", "items.revision"}))) == 1


def test_requests_are_filled_in() -> None:
    template = {
        "after": "$place", "ifRevision": "$r", "key": {"$repeat": ["ab", 2]}, "valueJson": {"$json": ["é", {"n": "$r"}]}, "x": ["$r"],
    }

    assert fill(template, _SAVED) == {
        "after": {"epoch": "e", "revision": "5"}, "ifRevision": "5", "key": "abab", "valueJson": '["é", {"n": "5"}]', "x": ["5"],
    }
