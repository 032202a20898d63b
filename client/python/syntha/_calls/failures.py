"""From gRPC's exceptions to the errors of this package."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import grpc
from google.protobuf.message import DecodeError

from syntha import _status_pb2 as wire
from syntha._errors.kinds import Failure
from syntha.exceptions import (
    FieldViolation,
    SynthaClaimHeldError,
    SynthaClaimLostError,
    SynthaConflictError,
    SynthaError,
    SynthaInvalidArgumentError,
    SynthaPermissionError,
    SynthaPersistenceError,
    SynthaQuotaError,
    SynthaSecurityError,
    SynthaTimeoutError,
    SynthaUnavailableError,
)

_DOMAIN = "syntha"
_DETAILS = "grpc-status-details-bin"
_TYPE_PREFIX = "type.googleapis.com/google.rpc."

# What gRPC says of a port that speaks HTTP/1.1, or no TLS. Kestrel tells a caller of HTTP/2 that its port takes HTTP/1.1.
_WRONG_PROTOCOL = re.compile(
    "http1.x server|failed parsing HTTP/2|HTTP_1_1_REQUIRED|wrong[_ ]version[_ ]number|missing selected ALPN", re.IGNORECASE
)
_PROTOCOL = "The port speaks another protocol. Give the server's gRPC port, with https:// only where the server has a certificate. "

# A connection was accepted, and was then silent.
_SILENT = re.compile("before receiving SETTINGS frame|handshaker shutdown", re.IGNORECASE)

_TOO_LARGE = re.compile("message larger than max", re.IGNORECASE)

# OpenSSL and BoringSSL write these words in two ways.
_UNTRUSTED = re.compile("certificate[ _]verify[ _]failed", re.IGNORECASE)

_TRUST = (
    "This program does not trust the authority of its certificate. Pass the authority's certificate, as PEM, as root_certificates. "
)

_START = "Is the server running? `syntha serve` starts it, or `make run` in its repository."

_BY_STATUS: dict[grpc.StatusCode, type[SynthaError]] = {
    grpc.StatusCode.PERMISSION_DENIED: SynthaPermissionError,
    grpc.StatusCode.INVALID_ARGUMENT: SynthaInvalidArgumentError,
    grpc.StatusCode.UNAUTHENTICATED: SynthaSecurityError,
    grpc.StatusCode.UNAVAILABLE: SynthaUnavailableError,
    grpc.StatusCode.DEADLINE_EXCEEDED: SynthaTimeoutError,
}
_BY_REASON: dict[str, type[SynthaError]] = {
    "KEY_EXISTS": SynthaConflictError,
    "REVISION_MISMATCH": SynthaConflictError,
    "PATCH_FAILED": SynthaConflictError,
    "PLAN_OUTDATED": SynthaConflictError,
    "CLAIM_HELD": SynthaClaimHeldError,
    "CLAIM_LOST": SynthaClaimLostError,
    "QUOTA_ITEMS": SynthaQuotaError,
    "QUOTA_BYTES": SynthaQuotaError,
    "QUOTA_AGENTS": SynthaQuotaError,
    "QUOTA_TOPICS": SynthaQuotaError,
    "QUOTA_STREAMS": SynthaQuotaError,
    "QUOTA_CLAIMS": SynthaQuotaError,
    "RATE_LIMITED": SynthaQuotaError,
    "STORE_FULL": SynthaPersistenceError,
    "STORE_READ_ONLY": SynthaPersistenceError,
    "STORE_CORRUPT": SynthaPersistenceError,
}


def error_of(raised: Any, address: str, request: Any = None, origin: str = "") -> SynthaError:
    """`raised` is a grpc.RpcError and a grpc.Call, as every exception of a call is. origin: a sentence that says where the address comes
    from."""
    failure = _failure_of(raised, getattr(request, "request_id", None) or None)
    detail = raised.details() or ""
    if failure.reason is None:
        # Not the server said this, so nothing is known of the outcome.
        failure = replace(
            failure,
            is_wrong_protocol=bool(_WRONG_PROTOCOL.search(detail)),
            is_silent=bool(_SILENT.search(detail)),
            is_too_large=bool(_TOO_LARGE.search(detail)),
        )
        is_late = failure.status is grpc.StatusCode.DEADLINE_EXCEEDED
        unanswered = SynthaTimeoutError if is_late else SynthaUnavailableError
        unreached = failure.status is grpc.StatusCode.UNAVAILABLE
        suggestions = [origin, _START] if unreached else []
        return unanswered(_describe(failure, detail, address, origin), failure=failure, suggestions=suggestions)
    kind: type[SynthaError] = _BY_STATUS.get(failure.status) or _BY_REASON.get(failure.reason) or SynthaError
    return kind(_describe(failure, detail, address), failure=failure, suggestions=_suggestions(failure, request))


def denial_of(agent: str) -> list[str]:
    """What a person should know of a tool that an agent may not use: the limit is not of this program alone."""
    return [
        f"The server stores the limit for the agent {agent!r}. It also holds for other programs, and at the next run. Only the owner can "
        "lift it: set_agent_role(None), set_allowed_tools(None) and set_denied_tools([]) of the agent's ToolHandler."
    ]


def routing_denial_of(agent: str) -> list[str]:
    """The same of a push that an agent may not make."""
    return [
        f"The owner has limited what the agent {agent!r} may post. set_agent_post_permissions({agent!r}, topics, may_post_direct=True, "
        "may_post_global=True) of the mesh also allows pushes by name and to all. None for the topics lifts the limit."
    ]


_DENIALS = {"TOOL_NOT_ALLOWED": denial_of, "ROUTING_NOT_ALLOWED": routing_denial_of}


def _suggestions(failure: Failure, request: Any) -> list[str]:
    agent = getattr(request, "as_agent", "") or getattr(request, "agent", "")
    tell = _DENIALS.get(failure.reason or "") if agent else None
    return tell(agent) if tell else []


def refusal(reason: str, message: str, field: str, **metadata: str) -> SynthaInvalidArgumentError:
    """The error that the server would raise, for what this client refuses in its place because the contract has no form for it."""
    violation = FieldViolation(field, message)
    failure = Failure(grpc.StatusCode.INVALID_ARGUMENT, reason, metadata, field_violations=(violation,))
    return SynthaInvalidArgumentError(f"{reason}: {message}", field=field, failure=failure)


def _failure_of(raised: Any, request_id: str | None) -> Failure:
    failure = Failure(raised.code(), request_id=request_id)
    for key, value in raised.trailing_metadata() or ():
        if key == _DETAILS:
            try:
                return _with_details(failure, value)
            except DecodeError:
                break  # Unreadable details must not hide the status, which can be read.
    return failure


def _with_details(failure: Failure, value: bytes) -> Failure:
    details = {detail.type_url.removeprefix(_TYPE_PREFIX): detail.value for detail in wire.Status.FromString(value).details}
    info = wire.ErrorInfo.FromString(details.get("ErrorInfo", b""))
    if info.domain != _DOMAIN:
        return failure
    retry = wire.RetryInfo.FromString(details["RetryInfo"]).retry_delay if "RetryInfo" in details else None
    violations = wire.BadRequest.FromString(details.get("BadRequest", b"")).field_violations
    return replace(
        failure,
        reason=info.reason,
        metadata=dict(info.metadata),
        retry_after=None if retry is None else retry.seconds + retry.nanos / 1e9,
        field_violations=tuple(FieldViolation(violation.field, violation.description) for violation in violations),
    )


def _describe(failure: Failure, detail: str, address: str, origin: str = "") -> str:
    if failure.reason is not None:
        return f"{failure.reason}: {detail}"
    if failure.status is grpc.StatusCode.DEADLINE_EXCEEDED:
        return f"{address} gave no answer in time. {detail}"
    if failure.status is grpc.StatusCode.UNAVAILABLE:
        return f"{address} cannot be reached. {_advice(failure, detail) or f'{origin} {_START} '}{detail}"
    said = failure.status.name if failure.status else None
    return f"{said}, and not from the server: the connection or a proxy before {address} said it. {detail}"


def _advice(failure: Failure, detail: str) -> str:
    return _PROTOCOL if failure.is_wrong_protocol else _TRUST if _UNTRUSTED.search(detail) else ""
