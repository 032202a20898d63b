"""How long to wait before another attempt."""

from __future__ import annotations

import random
from collections.abc import Callable

_GREATEST_EXPONENT = 32


class Backoff:
    """How long to wait before the next attempt: a random time between zero and a bound that doubles with each failure. So callers that
    lost one server do not come to the next all at once."""

    def __init__(self, initial: float, longest: float, chance: Callable[[], float] = random.random) -> None:
        self._initial = initial
        self._longest = max(initial, longest)
        self._chance = chance
        self.failures = 0

    def reset(self) -> None:
        self.failures = 0

    def next(self, asked: float | None) -> float:
        """asked: the least wait that the server asks for. It counts up to the longest wait."""
        bound = min(self._longest, self._initial * 2.0 ** min(self.failures, _GREATEST_EXPONENT))
        self.failures += 1
        delay = bound * self._chance()
        return delay + min(asked, self._longest - delay) if asked and asked > 0 else delay
