"""When a claim is renewed. It is known by this program's own clock alone: the store's clock may show another time."""

from __future__ import annotations

_RENEWALS_IN_A_LEASE = 3
_ATTEMPTS_IN_A_LEASE = 12  # After a renewal that failed there is time for more.


class Schedule:
    """The renewals of one claim. Times are seconds of one clock that never runs backwards."""

    def __init__(self, lease: float, asked: float | None, now: float) -> None:
        """asked: when the claim was asked for. It was given later than that, so it is held at least a lease from then on. None: nobody
        knows here when it was given. It is renewed at once then."""
        self._lease = lease
        self._end = (now if asked is None else asked) + lease
        self._due = now if asked is None else asked + lease / _RENEWALS_IN_A_LEASE

    def wait(self, now: float) -> float:
        """How many seconds to wait before the next renewal."""
        return max(0.0, min(self._due, self._end) - now)

    def left(self, now: float) -> float:
        """For how many seconds the claim is surely held. Not above 0: another may hold it."""
        return self._end - now

    def renewed(self, lease: float, asked: float) -> None:
        self._lease = lease
        self._end = asked + lease
        self._due = asked + lease / _RENEWALS_IN_A_LEASE

    def failed(self, now: float) -> None:
        self._due = now + self._lease / _ATTEMPTS_IN_A_LEASE
