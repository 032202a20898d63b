"""Claims: names that one caller holds at a time, for a time. All classes are immutable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from syntha._arguments import text_of, wrong_type
from syntha.items import Position, moment_of
from syntha.v1 import claim_pb2 as wire


@dataclass(frozen=True)
class FencingToken:
    """Proves that its bearer holds a claim. `if_claim` takes it. A newer holder's token has a larger revision, so another system that keeps
    the largest one it has seen can refuse an older holder as well."""

    name: str
    """The claim's name."""
    position: Position
    """The position of the command that gave the claim."""

    @staticmethod
    def _from(token: wire.FencingToken) -> FencingToken:
        return FencingToken(token.name, Position._from(token.position))

    def _to_wire(self) -> wire.FencingToken:
        if not isinstance(self.position, Position):
            raise wrong_type("The position of a token", self.position, "a Position")
        return wire.FencingToken(name=text_of(self.name, "The name of a token"), position=self.position._to_wire())


@dataclass(frozen=True)
class ClaimState:
    """A claim, as one caller sees it."""

    name: str
    is_held: bool
    """Whether a caller holds it. Otherwise it is free."""
    holder: str | None
    """The agent that holds it. None: the owner holds it, or it is free (is_held)."""
    token: FencingToken | None
    """None: the caller is neither its holder nor the owner, or it is free."""
    expire_time: datetime | None
    """The moment from which it is no longer held, unless its holder renews it. By the store's clock. None: it is free."""
    lease: float | None
    """How many seconds it is held after it was given or renewed. None: it is free."""
    waiting: tuple[str | None, ...]
    """The agents that wait for it, in the order of their arrival. None stands for the owner."""
    topics: tuple[str, ...]
    """An agent that is subscribed to one of these topics sees the claim. Without topics and subscribers all agents see it."""
    subscribers: tuple[str, ...]
    """The agents that see it besides."""

    @staticmethod
    def _from(claim: wire.Claim) -> ClaimState:
        return ClaimState(
            name=claim.name,
            is_held=claim.HasField("holder"),
            holder=_party_of(claim.holder),
            token=FencingToken._from(claim.token) if claim.HasField("token") else None,
            expire_time=moment_of(claim.expire_time) if claim.HasField("expire_time") else None,
            lease=claim.lease.ToMicroseconds() / 1_000_000 if claim.HasField("lease") else None,
            waiting=tuple(map(_party_of, claim.waiting)),
            topics=tuple(claim.topics),
            subscribers=tuple(claim.subscribers),
        )


@dataclass(frozen=True)
class ClaimWaiting:
    """The caller waits in line for a claim."""

    place: int
    """The place in line. 1: the caller gets the claim next."""
    claim: ClaimState

    @staticmethod
    def _from(waiting: wire.ClaimWaiting) -> ClaimWaiting:
        return ClaimWaiting(waiting.place, ClaimState._from(waiting.claim))


def _party_of(party: wire.ClaimParty) -> str | None:
    return party.agent if party.HasField("agent") else None
