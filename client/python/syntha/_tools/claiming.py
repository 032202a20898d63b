"""Claims of an agent."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

from syntha._arguments import whole_number_of
from syntha._calls.plan import Plan, operation, write
from syntha._claims.line import LinePlan
from syntha._claims.requests import asked_first, claim_write, listed
from syntha.claims import ClaimState
from syntha.v1 import claim_pb2 as wire

Held = TypeVar("Held")
Line = TypeVar("Line")


class Claiming(Generic[Held, Line]):
    if TYPE_CHECKING:

        def _ready(self) -> Plan[str]: ...

        def _named(self) -> str: ...

        def _hold(self, state: ClaimState, asked: float | None) -> Held: ...

        def _stand(self, plan: LinePlan) -> Line: ...

    @operation
    def claim(
        self,
        name: str,
        *,
        lease: float | timedelta | None = None,
        topics: Iterable[str] | None = None,
        subscribers: Iterable[str] | None = None,
        request_id: str | None = None,
    ) -> Plan[Held]:
        """Claims a name for the agent, when it is free, and returns the claim. The arguments mean what they mean in ContextMesh.claim."""
        agent_name = yield from self._ready()
        request = wire.ClaimRequest(as_agent=agent_name, claim=claim_write(name, lease, topics, subscribers))
        asked = time.monotonic()
        response = yield write("ToolHandler/Claim", request, request_id)
        return self._hold(ClaimState._from(response.claim), asked_first(asked, response, request_id))

    def await_claim(
        self,
        name: str,
        *,
        lease: float | timedelta | None = None,
        topics: Iterable[str] | None = None,
        subscribers: Iterable[str] | None = None,
        grace: float | timedelta | None = None,
        request_id: str | None = None,
    ) -> Line:
        """A place in line for a claim of the agent. The arguments mean what they mean in ContextMesh.await_claim."""
        claim = claim_write(name, lease, topics, subscribers)
        return self._stand(LinePlan.of("ToolHandler/AwaitClaim", claim, self._named(), request_id, grace))

    @operation
    def list_claims(self, *, name_prefix: str = "", page_size: int = 0) -> Plan[list[ClaimState]]:
        """The claims that are held, as far as the agent may see them, in the byte order of their names. See ContextMesh.list_claims."""
        agent_name = yield from self._ready()
        return (yield from listed("ToolHandler/ListClaims", agent_name, name_prefix, whole_number_of(page_size, "page_size")))
