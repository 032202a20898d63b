"""Runs the steps of a scenario. A runner makes the calls through its client."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from typing import Any

from conformance.scenarios import Scenario, Step, differences, fill, find, kind_of


class Refused(Exception):
    """A call failed."""

    def __init__(self, status: str, reason: str | None, metadata: dict[str, str]) -> None:
        super().__init__(f"{status} {reason} {metadata}")
        self.told = {"status": status, "reason": reason, "metadata": metadata}


class Stream(ABC):
    """A stream that has been established."""

    established: dict[str, Any]
    through: dict[str, Any] | None = None

    @abstractmethod
    def next(self) -> dict[str, Any]:
        """The next event, in the scenarios' words."""

    @abstractmethod
    def close(self) -> None: ...

    def cut(self) -> None:
        """Breaks the stream's connection."""
        raise NotImplementedError


class Runner(ABC):
    """Makes calls through one client. Answers are in the contract's JSON. A call that fails raises Refused."""

    def untold(self, method: str) -> frozenset[str]:
        """The members of the answer that the client's method does not return."""
        return frozenset()

    @abstractmethod
    def call(self, user_id: str | None, method: str, request: dict[str, Any], *, pages: bool, wire: bool) -> dict[str, Any]: ...

    @abstractmethod
    def open(self, user_id: str | None, method: str, request: dict[str, Any], *, wire: bool) -> Stream: ...

    def close(self) -> None:
        """The scenario is over."""


class Run:
    def __init__(self, scenario: Scenario, runner: Runner) -> None:
        self._scenario = scenario
        self._runner = runner
        self._users: dict[str, str] = {}
        self._streams: dict[str, Stream] = {}
        self._saved: dict[str, Any] = {}

    def run(self) -> None:
        try:
            for number, step in enumerate(self._scenario.steps, 1):
                faults = self._take(step)
                assert not faults, f"Step {number}, {step}:\n" + "\n".join(faults)
        finally:
            for stream in self._streams.values():
                stream.close()
            self._runner.close()

    def _take(self, step: Step) -> list[str]:
        kind = kind_of(step)
        if kind == "close":
            self._streams.pop(step["close"]).close()
            return []
        if kind == "break":
            self._streams[step["break"]].cut()
            return []
        if kind == "next":
            return self._next(step)
        return self._call(step, opens=kind == "open")

    def _call(self, step: Step, opens: bool) -> list[str]:
        method = step["call"]
        request = fill(step.get("request", {}), self._saved)
        user_id = step["userId"] if "userId" in step else self._user(step.get("user", "user"))
        wire = step.get("wire", False)
        try:
            if opens:
                stream = self._streams[step["open"]] = self._runner.open(user_id, method, request, wire=wire)
                answer = stream.established
            else:
                answer = self._runner.call(user_id, method, request, pages=step.get("pages", False), wire=wire)
        except Refused as refused:
            return differences(step["error"], refused.told, self._saved) if "error" in step else [f"It failed: {refused}"]
        if "error" in step:
            return [f"It did not fail, and answered {answer}"]
        self._save(step, answer)
        untold = frozenset() if wire else self._runner.untold(method)
        return differences(step.get("answer", {}), answer, self._saved, untold)

    def _next(self, step: Step) -> list[str]:
        stream = self._streams[step["next"]]
        faults = []
        for expected in step["events"]:
            actual = stream.next()
            faults += differences(expected, actual, self._saved, at="") or []
            if expected.keys() != actual.keys():
                return [*faults, f"The event was {actual}"]
        self._save(step, {"through": stream.through, **actual})
        return faults

    def _save(self, step: Step, answer: dict[str, Any]) -> None:
        for name, path in step.get("save", {}).items():
            self._saved[name] = find(answer, path)

    def _user(self, label: str) -> str:
        return self._users.setdefault(label, f"c-{secrets.token_hex(6)}")
