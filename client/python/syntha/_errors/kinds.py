"""The kinds of errors that programs tell apart. Programs may also raise them themselves, by the arguments that are named here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import grpc


@dataclass(frozen=True)
class FieldViolation:
    """A field of the request that was refused, and the reason."""

    field: str
    description: str


@dataclass(frozen=True)
class Failure:
    """The facts of a failed call: its status, and the details that the server attached. Without a status, no call failed."""

    status: grpc.StatusCode | None = None
    reason: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    retry_after: float | None = None
    field_violations: tuple[FieldViolation, ...] = ()
    request_id: str | None = None
    is_wrong_protocol: bool = False
    is_silent: bool = False
    is_too_large: bool = False


class SynthaError(Exception):
    """The base of all errors of this package. Failures that programs handle have classes of their own. All others have this one.

    error_code: a word for programs. Default: the server's reason, or else the name of the class. context: facts about the failure.
    cause: the exception behind it. suggestions: what to do about it.
    """

    def __init__(
        self,
        message: str,
        error_code: str | None = None,
        context: Mapping[str, Any] | None = None,
        cause: BaseException | None = None,
        suggestions: list[Any] | None = None,
        *,
        failure: Failure | None = None,
    ) -> None:
        super().__init__(message)
        self._failure = failure or Failure()
        self.message = message
        self.error_code = error_code or self._failure.reason or type(self).__name__
        self.context: dict[str, Any] = {**self._failure.metadata, **(context or {})}
        self.cause = cause
        self.suggestions = list(suggestions or ())
        if cause is not None:
            self.__cause__ = cause

    def to_dict(self) -> dict[str, Any]:
        """error_type, error_code, message, context, suggestions, and cause as a text or None."""
        return {
            "error_type": type(self).__name__,
            "error_code": self.error_code,
            "message": self.message,
            "context": dict(self.context),
            "suggestions": list(self.suggestions),
            "cause": None if self.cause is None else str(self.cause),
        }

    @property
    def reason(self) -> str | None:
        """The reason, from the contract's list (`error.proto`), such as `KEY_NOT_WRITABLE`. None: the transport or a proxy failed."""
        return self._failure.reason

    @property
    def status(self) -> grpc.StatusCode | None:
        """The gRPC status. None: no call failed, the program raised the error itself."""
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


class SynthaConfigurationError(SynthaError):
    """A setting is missing or wrong."""

    def __init__(self, message: str, config_key: str | None = None, **kwargs: Any) -> None:
        super().__init__(message, **with_facts(kwargs, config_key=config_key))
        self.config_key = config_key


class SynthaConnectionError(SynthaError):
    """The server, or another service, cannot be used: it gave no answer, or the mesh was closed."""

    def __init__(self, message: str, service: str | None = None, **kwargs: Any) -> None:
        super().__init__(message, **with_facts(kwargs, service=service))
        self.service = service


class SynthaContextError(SynthaError):
    """An operation on an item failed."""

    def __init__(self, message: str, key: str | None = None, operation: str | None = None, **kwargs: Any) -> None:
        super().__init__(message, **with_facts(kwargs, key=key, operation=operation))
        self.key, self.operation = key, operation


class SynthaFrameworkError(SynthaError):
    """Tools of a framework were asked for that is not installed or not known."""

    def __init__(self, message: str, framework: str | None = None, tool_name: str | None = None, **kwargs: Any) -> None:
        super().__init__(message, **with_facts(kwargs, framework=framework, tool_name=tool_name))
        self.framework, self.tool_name = framework, tool_name


class SynthaPerformanceError(SynthaError):
    """An operation took too long for the program."""

    def __init__(self, message: str, operation: str | None = None, duration: float | None = None, **kwargs: Any) -> None:
        super().__init__(message, **with_facts(kwargs, operation=operation, duration=duration))
        self.operation, self.duration = operation, duration


class SynthaPermissionError(SynthaError):
    """The agent may not post there or use this tool, or the key is taken. Do not repeat the call."""

    def __init__(self, message: str, agent: str | None = None, resource: str | None = None, **kwargs: Any) -> None:
        super().__init__(message, **with_facts(kwargs, agent=agent, resource=resource))
        self.agent, self.resource = agent, resource


class SynthaPersistenceError(SynthaError):
    """The store is full, may not be written, or is damaged; or a program chose a database, which only the server does."""

    def __init__(self, message: str, backend: str | None = None, operation: str | None = None, **kwargs: Any) -> None:
        super().__init__(message, **with_facts(kwargs, backend=backend, operation=operation))
        self.backend, self.operation = backend, operation


class SynthaSecurityError(SynthaError):
    """The credential is missing, unknown, revoked or has run out."""

    def __init__(self, message: str, security_event: str | None = None, **kwargs: Any) -> None:
        super().__init__(message, **with_facts(kwargs, security_event=security_event))
        self.security_event = security_event


class SynthaToolError(SynthaError):
    """A tool failed."""

    def __init__(self, message: str, tool: str | None = None, agent: str | None = None, **kwargs: Any) -> None:
        super().__init__(message, **with_facts(kwargs, tool=tool, agent=agent))
        self.tool, self.agent = tool, agent


class SynthaValidationError(SynthaError):
    """An argument breaks a rule."""

    def __init__(self, message: str, field: str | None = None, value: Any = None, **kwargs: Any) -> None:
        super().__init__(message, **with_facts(kwargs, field=field, value=value))
        self.field, self.value = field, value


def with_facts(kwargs: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """The arguments of SynthaError, with the facts that are known in its context."""
    known = {name: fact for name, fact in facts.items() if fact is not None}
    return {**kwargs, "context": {**known, **(kwargs.get("context") or {})}}
