"""Reads tests/conformance by the rules of its README. It knows no client."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from support.server import ROOT

_FOLDER = ROOT / "tests/conformance"
_NAME = re.compile(r"\$[a-z][A-Za-z0-9_]*")
_MEMBERS = {
    "call": {"call", "user", "userId", "request", "answer", "error", "save", "pages", "wire"},
    "open": {"open", "call", "user", "userId", "request", "error", "save", "wire"},
    "next": {"next", "events", "save"},
    "break": {"break"},
    "close": {"close"},
}
_EVENTS = {"committed", "snapshot", "reset", "waiting", "held"}

Step = dict[str, Any]


@dataclass(frozen=True)
class Scenario:
    subject: str
    name: str
    steps: list[Step]

    @property
    def id(self) -> str:
        return f"{self.subject}: {self.name}"


def all_scenarios() -> list[Scenario]:
    scenarios = []
    for path in sorted(_FOLDER.glob("*.json")):
        file = json.loads(path.read_text("utf-8"))
        if "scenarios" not in file:
            continue  # parity.json is a table.
        for scenario in file["scenarios"]:
            for step in scenario["steps"]:
                _check(step, f"{path.name}, {scenario['name']!r}")
            scenarios.append(Scenario(file["subject"], scenario["name"], scenario["steps"]))
    names = [scenario.id for scenario in scenarios]
    assert len(set(names)) == len(names), "Two scenarios have one name."
    return scenarios


def covering(scenarios: list[Scenario]) -> list[Scenario]:
    """A part of the scenarios that has everything that all have: each method answered and refused, each kind of step and of event."""
    left = {shape for scenario in scenarios for shape in _shapes_of(scenario)}
    chosen = []
    while left:
        best = max(scenarios, key=lambda scenario: len(left & _shapes_of(scenario)) / len(scenario.steps) ** 0.5)
        left -= _shapes_of(best)
        chosen.append(best)
    return chosen


def _shapes_of(scenario: Scenario) -> set[str]:
    shapes = set()
    for step in scenario.steps:
        shapes |= {f"{step.get('call', kind_of(step))} {'refused' if 'error' in step else ''}", *step.keys()}
        shapes |= {kind for event in step.get("events", ()) for kind in event}
    return shapes


def kind_of(step: Step) -> str:
    return next(kind for kind in ("open", "call", "next", "break", "close") if kind in step)


def _check(step: Step, where: str) -> None:
    kind = kind_of(step)
    unknown = step.keys() - _MEMBERS[kind]
    assert not unknown, f"{where}: a step {kind!r} has no {', '.join(sorted(unknown))}."
    for event in step.get("events", ()):
        assert len(event) == 1 and event.keys() <= _EVENTS, f"{where}: no such event: {event}."


def fill(template: Any, saved: dict[str, Any]) -> Any:
    """A request with its placeholders filled in."""
    if isinstance(template, str) and _NAME.fullmatch(template):
        return saved[template[1:]]
    if isinstance(template, list):
        return [fill(one, saved) for one in template]
    if not isinstance(template, dict):
        return template
    if template.keys() == {"$repeat"}:
        text, times = template["$repeat"]
        return text * times
    if template.keys() == {"$json"}:
        return json.dumps(fill(template["$json"], saved), ensure_ascii=False)
    return {name: fill(value, saved) for name, value in template.items()}


def find(answer: Any, path: str) -> Any:
    for name in path.split("."):
        answer = answer[int(name)] if isinstance(answer, list) else answer[name]
    return answer


def differences(expected: Any, actual: Any, saved: dict[str, Any], untold: frozenset[str] = frozenset(), at: str = "") -> list[str]:
    """The differences between an answer and its expectation. untold: paths, without list indexes, of members that no method tells."""
    if isinstance(expected, str) and _NAME.fullmatch(expected):
        if expected == "$any":
            return [] if actual not in (None, "") else [f"{at}: there is nothing"]
        if expected == "$absent":
            return [] if actual is None else [f"{at}: {actual!r}, and not nothing"]
        expected = saved[expected[1:]]
    if isinstance(expected, dict) and expected.keys() == {"$json"}:
        wanted = fill(expected["$json"], saved)
        return [] if actual is not None and json.loads(actual) == wanted else [f"{at}: {actual!r}, and not the JSON {wanted!r}"]
    if isinstance(expected, dict) and expected.keys() == {"$jsonWith"}:
        if not isinstance(actual, str):
            return [f"{at}: {actual!r}, and not JSON text"]
        return differences(expected["$jsonWith"], json.loads(actual), saved, at=at)
    if isinstance(expected, dict):
        if not isinstance(actual, dict):
            return [f"{at}: {actual!r}, and not an object"]
        return [
            difference
            for name, value in expected.items()
            if (path := f"{at}.{name}".lstrip(".")) not in untold
            for difference in differences(value, actual.get(name), saved, untold, path)
        ]
    if isinstance(expected, list) and expected:
        if not isinstance(actual, list) or len(actual) != len(expected):
            return [f"{at}: {actual!r}, and not {len(expected)} of them"]
        return [difference for one, other in zip(expected, actual) for difference in differences(one, other, saved, untold, at)]
    if actual is None and expected in (False, 0, "", "0", []):
        return []
    return [] if actual == expected else [f"{at}: {actual!r}, and not {expected!r}"]
