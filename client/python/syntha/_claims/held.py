"""What the claims of blocking callers and of asyncio share."""

from __future__ import annotations

import time
from abc import abstractmethod
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from syntha._arguments import invalid, optional_text, text_of, wrong_type
from syntha._calls.plan import Plan, operation, write
from syntha._claims.keeping import Schedule
from syntha._claims.requests import Holding, acting, asked_first
from syntha._mesh.requests import duration_of
from syntha.claims import ClaimState, FencingToken
from syntha.exceptions import SynthaClaimLostError
from syntha.items import Position, moment_of
from syntha.v1 import claim_pb2 as wire


class HeldClaim(Holding):
    def __init__(self, side: Any, claim: ClaimState | FencingToken, agent_name: str | None, asked: float | None) -> None:
        """asked: when it was asked for, by the monotonic clock. None: this program does not know."""
        if not hasattr(side, "_run"):
            raise wrong_type("side", side, "a ContextMesh or a ToolHandler")
        if isinstance(claim, ClaimState) and claim.token is None:
            raise invalid(f"The claim {claim.name!r} has no token here: another caller holds it, or it is free.", "claim", claim)
        if not isinstance(claim, (ClaimState, FencingToken)):
            raise wrong_type("claim", claim, "a ClaimState with a token, or a FencingToken")
        token = claim if isinstance(claim, FencingToken) else claim.token
        assert token is not None
        self.token = token
        """Proves that the caller holds the claim. `if_claim` takes it, and the claim itself."""
        self._side = side
        self._agent_name = optional_text(agent_name, "agent_name")
        self._expire_time = None if isinstance(claim, FencingToken) else claim.expire_time
        self._lease = None if isinstance(claim, FencingToken) else claim.lease
        self._asked = asked
        self._schedule: Schedule | None = None
        self._is_kept = False
        self._is_given_up = False
        self._failure: BaseException | None = None

    @property
    def name(self) -> str:
        return self.token.name

    @property
    def expire_time(self) -> datetime | None:
        """The moment from which it is no longer held, unless it is renewed. By the store's clock. None: it was made of a bare token, and
        was not renewed since."""
        return self._expire_time

    @property
    def lease(self) -> float | None:
        """How many seconds it is held after it was given or renewed. None: it was made of a bare token."""
        return self._lease

    @property
    def failure(self) -> BaseException | None:
        """Why `lost` is set."""
        return self._failure

    @operation
    def renew(self, *, lease: float | timedelta | None = None, request_id: str | None = None) -> Plan[datetime]:
        """Holds the claim for longer: lease seconds from now on. None: as long as before. Returns the moment from which it is no longer
        held. Raises SynthaClaimLostError when another may hold it."""
        return (yield from self._renewal(duration_of(lease, "lease"), request_id))

    @operation
    def release(self, *, request_id: str | None = None) -> Plan[None]:
        """Gives back the claim. The first one in line gets it at once. Raises SynthaClaimLostError when the caller did not hold it any
        more: then what it wrote without `if_claim` may have met the writes of another holder."""
        self._is_kept = False
        self._wake()
        service, agent = yield from acting(self._side, self._agent_name)
        request = wire.ReleaseClaimRequest(as_agent=agent, token=self.token._to_wire())
        try:
            yield write(f"{service}/ReleaseClaim", request, request_id)
        except SynthaClaimLostError:
            self._is_given_up = True
            raise
        self._is_given_up = True

    @operation
    def hand_over(
        self, to: str | None, *, lease: float | timedelta | None = None, request_id: str | None = None
    ) -> Plan[FencingToken]:
        """Gives the claim to an agent. None: to the owner. Those in line keep their places. Returns the new token, which the new holder
        also finds by list_claims. lease: how many seconds it is held from now on. None: as long as before."""
        self._is_kept = False
        self._wake()
        service, agent = yield from acting(self._side, self._agent_name)
        request = wire.HandOverClaimRequest(
            as_agent=agent,
            token=self.token._to_wire(),
            to_agent=None if to is None else text_of(to, "to"),
            lease=duration_of(lease, "lease"),
        )
        response = yield write(f"{service}/HandOverClaim", request, request_id)
        self._is_given_up = True
        return FencingToken(self.name, Position._from(response.position))

    @abstractmethod
    def _wake(self) -> None:
        """What renews the claim looks again at what is due."""

    def _renewal(self, lease: Any, request_id: str | None, limit: float | None = None) -> Plan[datetime]:
        service, agent = yield from acting(self._side, self._agent_name)
        asked = time.monotonic()
        request = wire.RenewClaimRequest(as_agent=agent, token=self.token._to_wire(), lease=lease)
        rpc = write(f"{service}/RenewClaim", request, request_id)
        rpc.limit = limit
        response = yield rpc
        if lease is not None:
            self._lease = lease.ToMicroseconds() / 1_000_000
        self._expire_time = moment_of(response.expire_time)
        if asked_first(asked, response, request_id) is None:
            return self._expire_time  # It was renewed before.
        self._asked = asked
        if self._schedule is not None and self._lease is not None:
            self._schedule.renewed(self._lease, asked)
            self._wake()
        return self._expire_time

    def _begin_schedule(self) -> Schedule:
        if self._lease is None:
            raise invalid("The lease of this claim is not known. Call renew with a lease first.", "lease")
        return Schedule(self._lease, self._asked, time.monotonic())

    if TYPE_CHECKING:
        # Which of the two it is, is_blocking or is_asynchronous, says what the operations return.
        def _run(self, plan: Plan[Any]) -> Any: ...
