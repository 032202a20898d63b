"""What a failed call raises. A key that is missing, expired or hidden is an answer and never an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import grpc


@dataclass(frozen=True)
class FieldViolation:
    """A field of the request that was refused, and why."""

    field: str
    description: str


@dataclass(frozen=True)
class Failure:
    """What a failed call tells: its status, and the details that the server attached."""

    status: grpc.StatusCode
    reason: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    retry_after: float | None = None
    field_violations: tuple[FieldViolation, ...] = ()
    request_id: str | None = None


class SynthaError(Exception):
    """A call failed. What programs branch on has a class of its own below; everything else is of this one."""

    def __init__(self, message: str, failure: Failure) -> None:
        super().__init__(message)
        self._failure = failure

    @property
    def reason(self) -> str | None:
        """Why, from the contract's list (`errors.proto`), such as `KEY_NOT_WRITABLE`. None: the transport failed, and not the server."""
        return self._failure.reason

    @property
    def status(self) -> grpc.StatusCode:
        """The gRPC status."""
        return self._failure.status

    @property
    def metadata(self) -> Mapping[str, str]:
        """What the message states, for programs: limits, actual sizes, positions. Empty when there is nothing."""
        return self._failure.metadata

    @property
    def retry_after(self) -> float | None:
        """For how many seconds the server asks to wait before another try; None when it does not say."""
        return self._failure.retry_after

    @property
    def field_violations(self) -> tuple[FieldViolation, ...]:
        """The fields that were refused. Empty when the failure is not about a field."""
        return self._failure.field_violations

    @property
    def request_id(self) -> str | None:
        """The id that a write carried: with it, and the same content, the write can be repeated without acting twice."""
        return self._failure.request_id

    def _number(self, name: str) -> int | None:
        text = self.metadata.get(name, "")
        return int(text) if text.lstrip("-").isdecimal() else None


class SynthaConflictError(SynthaError):
    """`if_revision` did not hold; nothing was written. Read again, decide anew, and write with the item's revision."""

    @property
    def expected_revision(self) -> int:
        """The revision that the call required; 0 when the key was to be new."""
        return self._number("expected") or 0

    @property
    def current_revision(self) -> int:
        """The revision that the item has; 0 when there is no such item."""
        return self._number("current") or 0


class SynthaPermissionError(SynthaError):
    """The agent may not post there or use this tool, or the key is taken. Do not repeat."""


class SynthaInvalidArgumentError(SynthaError, ValueError):
    """A name, a value or a filter breaks a rule: change the call."""

    @property
    def limit(self) -> int | None:
        """What is allowed, where the rule is about a size."""
        return self._number("limit")

    @property
    def actual(self) -> int | None:
        """What was given, where the rule is about a size."""
        return self._number("actual")


class SynthaQuotaError(SynthaError):
    """A quota is used up, or there were too many calls: remove something, or wait for `retry_after` seconds."""


class SynthaUnavailableError(SynthaError):
    """No answer in time, or none at all. The outcome of a write is unknown: repeat it with its `request_id`."""


class SynthaFrameworkError(Exception):
    """A framework's tools were asked for, and the framework is not installed or not known."""

    def __init__(self, message: str, framework: str) -> None:
        super().__init__(message)
        self.framework = framework
