"""The errors of failed calls. A key that is missing, expired or hidden is no error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import grpc


@dataclass(frozen=True)
class FieldViolation:
    """A field of the request that was refused, and the reason."""

    field: str
    description: str


@dataclass(frozen=True)
class Failure:
    """The facts of a failed call: its status, and the details that the server attached."""

    status: grpc.StatusCode
    reason: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    retry_after: float | None = None
    field_violations: tuple[FieldViolation, ...] = ()
    request_id: str | None = None


class SynthaError(Exception):
    """A call failed. Failures that programs handle have classes of their own below. All other failures have this one."""

    def __init__(self, message: str, failure: Failure) -> None:
        super().__init__(message)
        self._failure = failure

    @property
    def reason(self) -> str | None:
        """The reason, from the contract's list (`error.proto`), such as `KEY_NOT_WRITABLE`. None: the transport failed, not the server."""
        return self._failure.reason

    @property
    def status(self) -> grpc.StatusCode:
        """The gRPC status."""
        return self._failure.status

    @property
    def metadata(self) -> Mapping[str, str]:
        """The facts of the message, for programs: limits, actual sizes, positions. May be empty."""
        return self._failure.metadata

    @property
    def retry_after(self) -> float | None:
        """How many seconds the server asks to wait before another attempt. None: it does not ask."""
        return self._failure.retry_after

    @property
    def field_violations(self) -> tuple[FieldViolation, ...]:
        """The fields that were refused. Empty when the failure is not about a field."""
        return self._failure.field_violations

    @property
    def request_id(self) -> str | None:
        """The id that the write carried. With it and the same content the write can be repeated, and acts once. None for a read."""
        return self._failure.request_id

    def _number(self, name: str) -> int | None:
        text = self.metadata.get(name, "")
        return int(text) if text.lstrip("-").isdecimal() else None


class SynthaConflictError(SynthaError):
    """`if_revision` did not hold, and nothing was written. Read the item, decide anew, and write with its revision."""

    @property
    def expected_revision(self) -> int:
        """The revision that the call required. 0: the key had to be new."""
        return self._number("expected") or 0

    @property
    def current_revision(self) -> int:
        """The revision that the item has. 0: there is no such item."""
        return self._number("current") or 0


class SynthaPermissionError(SynthaError):
    """The agent may not post there or use this tool, or the key is taken. Do not repeat the call."""


class SynthaInvalidArgumentError(SynthaError, ValueError):
    """A name, a value or a filter breaks a rule. Change the call."""

    @property
    def limit(self) -> int | None:
        """The largest size that is allowed, where the rule is about a size."""
        return self._number("limit")

    @property
    def actual(self) -> int | None:
        """The size that was given, where the rule is about a size."""
        return self._number("actual")


class SynthaQuotaError(SynthaError):
    """A quota is used up, or there were too many calls. Remove something, or wait `retry_after` seconds."""


class SynthaUnavailableError(SynthaError):
    """There was no answer, or none in time. The outcome of a write is unknown. Repeat it with its `request_id`."""


class SynthaFrameworkError(Exception):
    """Tools of a framework were asked for that is not installed or not known."""

    def __init__(self, message: str, framework: str) -> None:
        super().__init__(message)
        self.framework = framework
