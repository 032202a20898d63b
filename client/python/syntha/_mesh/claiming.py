"""Claims of a mesh."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

from syntha._arguments import optional_text, text_of, whole_number_of
from syntha._calls.plan import Plan, operation, write
from syntha._claims.line import LinePlan
from syntha._claims.requests import asked_first, claim_write, listed
from syntha.claims import ClaimState
from syntha.v1 import claim_pb2 as wire

Held = TypeVar("Held")
Line = TypeVar("Line")


class Claiming(Generic[Held, Line]):
    if TYPE_CHECKING:

        def _hold(self, state: ClaimState, agent_name: str | None, asked: float | None) -> Held: ...

        def _stand(self, plan: LinePlan, agent_name: str | None) -> Line: ...

    @operation
    def claim(
        self,
        name: str,
        *,
        lease: float | timedelta | None = None,
        topics: Iterable[str] | None = None,
        subscribers: Iterable[str] | None = None,
        agent_name: str | None = None,
        request_id: str | None = None,
    ) -> Plan[Held]:
        """Claims a name, when it is free, and returns the claim. Otherwise it raises SynthaClaimHeldError, which tells who holds it and
        until when, where the caller may see that.

        name: any text; it may be a key, and need not be. lease: how many seconds the claim is held unless it is renewed, 1 second to 24
        hours. None: 60 seconds. topics, subscribers: who sees the claim, as for an item. agent_name: the agent that claims. None: the
        owner.
        """
        agent = optional_text(agent_name, "agent_name")
        request = wire.ClaimRequest(as_agent=agent, claim=claim_write(name, lease, topics, subscribers))
        asked = time.monotonic()
        response = yield write("ContextMesh/Claim", request, request_id)
        return self._hold(ClaimState._from(response.claim), agent, asked_first(asked, response, request_id))

    def await_claim(
        self,
        name: str,
        *,
        lease: float | timedelta | None = None,
        topics: Iterable[str] | None = None,
        subscribers: Iterable[str] | None = None,
        grace: float | timedelta | None = None,
        agent_name: str | None = None,
        request_id: str | None = None,
    ) -> Line:
        """A place in line for a claim. Those who wait get it in the order of their arrival: `mesh.await_claim("job").wait()`. Nothing is
        sent before the caller waits.

        The arguments mean what they mean in claim. The routing counts where the name is free. grace: for how many seconds the place
        outlives a broken connection, 1 second to 10 minutes. None: 10 seconds. request_id: names the place. A program that comes back with
        the same id within the grace time keeps its place, or gets the claim when its turn came meanwhile.
        """
        agent = optional_text(agent_name, "agent_name")
        claim = claim_write(name, lease, topics, subscribers)
        return self._stand(LinePlan.of("ContextMesh/AwaitClaim", claim, agent, request_id, grace), agent)

    @operation
    def release_claim(self, name: str, *, request_id: str | None = None) -> Plan[None]:
        """Takes a claim from its present holder, whoever that is. The first one in line gets it. Only for the owner."""
        request = wire.ReleaseClaimRequest(token=wire.FencingToken(name=text_of(name, "name")))
        yield write("ContextMesh/ReleaseClaim", request, request_id)

    @operation
    def list_claims(self, agent_name: str | None = None, *, name_prefix: str = "", page_size: int = 0) -> Plan[list[ClaimState]]:
        """The claims that are held, in the byte order of their names, as far as an agent, or the owner, may see them. The owner and a
        claim's holder see its token: Claim makes a claim of it. page_size: how many a call brings. 0: as many as it can."""
        agent, size = optional_text(agent_name, "agent_name"), whole_number_of(page_size, "page_size")
        return (yield from listed("ContextMesh/ListClaims", agent, name_prefix, size))
