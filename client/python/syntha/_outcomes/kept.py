"""Outcomes in memory, for an OutcomeLogger without a mesh."""

from __future__ import annotations

import copy
import threading
import time
from collections import deque
from collections.abc import Iterable
from typing import Any

from syntha._arguments import number_of
from syntha._calls.plan import Plan
from syntha._outcomes.outcome import AgentOutcome

_MOST = 10_000  # As many as the server keeps of a user.


class KeptOutcomes:
    """Thread-safe. Its operations are plans without calls, so that an OutcomeLogger does not care where its outcomes are."""

    def __init__(self) -> None:
        self._gate = threading.Lock()
        self._outcomes: deque[AgentOutcome] = deque(maxlen=_MOST)
        self._last = 0

    def add(self, outcome: AgentOutcome) -> Plan[int]:
        yield from ()
        with self._gate:
            self._last += 1
            outcome.number = self._last
            self._outcomes.append(copy.deepcopy(outcome))
            return self._last

    def find(self, hours: float | None, agent_name: str | None, task_type: str | None, success: bool | None) -> Plan[list[AgentOutcome]]:
        yield from ()
        since = _before(hours)
        with self._gate:
            return [
                copy.deepcopy(outcome)
                for outcome in reversed(self._outcomes)
                if (since is None or outcome.timestamp >= since)
                and agent_name in (None, outcome.agent_name)
                and task_type in (None, outcome.task_type)
                and success in (None, outcome.success)
            ]

    def sum_up(self, hours: float | None, agent_name: str | None, task_type: str | None) -> Plan[dict[str, Any]]:
        found = yield from self.find(hours, agent_name, task_type, None)
        return {
            **_metrics_of(found),
            "by_task_type": _by((outcome.task_type, outcome) for outcome in found),
            "by_agent": _by((outcome.agent_name, outcome) for outcome in found),
        }

    def clear(self, older_than_hours: float | None, agent_name: str | None) -> Plan[int]:
        yield from ()
        before = _before(older_than_hours)
        with self._gate:
            left = [
                outcome
                for outcome in self._outcomes
                if (before is not None and outcome.timestamp >= before) or agent_name not in (None, outcome.agent_name)
            ]
            removed = len(self._outcomes) - len(left)
            self._outcomes = deque(left, _MOST)
            return removed


def _before(hours: float | None) -> float | None:
    return None if hours is None else time.time() - number_of(hours, "hours") * 3600


def _by(named: Iterable[tuple[str, AgentOutcome]]) -> dict[str, dict[str, Any]]:
    groups: dict[str, list[AgentOutcome]] = {}
    for name, outcome in named:
        groups.setdefault(name, []).append(outcome)
    return {name: _metrics_of(groups[name]) for name in sorted(groups)}


def _metrics_of(outcomes: list[AgentOutcome]) -> dict[str, Any]:
    succeeded = sum(outcome.success for outcome in outcomes)
    durations = [outcome.duration_seconds for outcome in outcomes if outcome.duration_seconds is not None]
    total = len(outcomes)
    return {
        "total": total,
        "succeeded": succeeded,
        "failed": total - succeeded,
        "success_rate": succeeded / total if total else 0.0,
        "error_rate": (total - succeeded) / total if total else 0.0,
        "average_duration": sum(durations) / len(durations) if durations else None,
    }
