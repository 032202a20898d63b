"""From the arguments of callers to the contract's messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from syntha._arguments import names_of, text_of, wrong_type
from syntha._calls.plan import Plan, Rpc
from syntha._mesh.requests import duration_of, pages
from syntha.claims import ClaimState, FencingToken
from syntha.exceptions import SynthaConfigurationError
from syntha.v1 import claim_pb2 as wire
from syntha.v1 import discovery_service_pb2

_MOST_CLAIMS = 1_000


class Holding:
    """What has the token of a claim that the caller holds."""

    token: FencingToken


def acting(side: Any, agent_name: str | None) -> Plan[tuple[str, str | None]]:
    """The service that a mesh or a handler calls, and the agent that acts."""
    if hasattr(side, "context_mesh"):
        return "ToolHandler", (yield from side._ready())
    return "ContextMesh", agent_name


def asked_first(asked: float, response: Any, request_id: str | None) -> float | None:
    """When a claim was asked for. None: an earlier call with the caller's own id may have got it, at a time that is not known here."""
    return None if response.replayed and request_id is not None else asked


def connection_of(side: Any) -> Any:
    """The connection of a mesh or a handler."""
    return getattr(side, "context_mesh", side)._connection


def claim_write(
    name: str, lease: float | timedelta | None, topics: Iterable[str] | None, subscribers: Iterable[str] | None
) -> wire.ClaimWrite:
    return wire.ClaimWrite(
        name=text_of(name, "name"),
        lease=duration_of(lease, "lease"),
        topics=names_of(topics, "topics"),
        subscribers=names_of(subscribers, "subscribers"),
    )


def token_of(held: FencingToken | Holding, what: str) -> wire.FencingToken:
    token = held.token if isinstance(held, Holding) else held
    if not isinstance(token, FencingToken):
        raise wrong_type(what, held, "a FencingToken, or a claim that the caller holds")
    return token._to_wire()


def tokens_of(if_claim: FencingToken | Holding | Iterable[FencingToken | Holding] | None) -> list[wire.FencingToken]:
    """None is no guard."""
    if if_claim is None:
        return []
    if isinstance(if_claim, (str, bytes)) or not isinstance(if_claim, (FencingToken, Holding, Iterable)):
        raise wrong_type("if_claim", if_claim, "a FencingToken, a claim that the caller holds, or a list of these")
    several = [if_claim] if isinstance(if_claim, (FencingToken, Holding)) else if_claim
    return [token_of(held, "if_claim") for held in several]


def guard(side: Any, request: Any, if_claim: FencingToken | Holding | None) -> Plan[None]:
    """Adds the guard to the request of a write, where the server knows it."""
    if if_claim is not None:
        request.if_claim.CopyFrom(token_of(if_claim, "if_claim"))
        yield from check_claims(side)


def check_claims(side: Any) -> Plan[None]:
    """A server that has no claims does not know the field `if_claim`. It would carry the write out without the guard. side: a mesh or a
    handler. Each mesh asks once."""
    connection = connection_of(side)
    if connection.has_claims:
        return
    info = yield Rpc("Discovery/GetServerInfo", discovery_service_pb2.GetServerInfoRequest())
    if discovery_service_pb2.SERVER_FEATURE_CLAIMS not in info.features:
        lacks = "The server has no claims, so it would write without the guard if_claim. Nothing was sent. Use a newer server."
        raise SynthaConfigurationError(lacks, error_code="CLAIMS_UNSUPPORTED")
    connection.has_claims = True


def listed(method: str, agent_name: str | None, name_prefix: str, page_size: int) -> Plan[list[ClaimState]]:
    request = wire.ListClaimsRequest(
        as_agent=agent_name, name_prefix=text_of(name_prefix, "name_prefix"), page_size=page_size or _MOST_CLAIMS
    )
    return (yield from pages(method, request, lambda page: map(ClaimState._from, page.claims)))
