"""Which failed calls are made again, and when. The clients of all languages follow one table: docs/clients/agreement.md."""

from __future__ import annotations

import time

import grpc

from syntha._calls.backoff import Backoff
from syntha._calls.plan import Rpc
from syntha._calls.settings import Settings, is_repeatable
from syntha.exceptions import SynthaError

# Without a reason of the server these are the statuses of a connection that broke, also of one that a proxy closed in an orderly way.
_BROKEN = frozenset({grpc.StatusCode.CANCELLED, grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN})


class Attempts:
    """The attempts of one call."""

    def __init__(self, settings: Settings, rpc: Rpc) -> None:
        self._settings = settings
        self._is_repeatable = is_repeatable(rpc.method)
        limits = [limit for limit in (settings.timeout, rpc.limit) if limit is not None]
        self._end = time.monotonic() + min(limits) if limits else None
        self._failed = Backoff(settings.retry_delay, settings.max_retry_delay)
        self._limited = Backoff(settings.retry_delay, settings.max_retry_delay)

    @property
    def timeout(self) -> float | None:
        """How many seconds the next attempt may take. None: any number."""
        return None if self._end is None else max(0.001, self._end - time.monotonic())

    def wait_after(self, failure: SynthaError) -> float | None:
        """How many seconds to wait before the call is made again. None: it is not made again."""
        if self._settings.max_attempts <= 1:
            return None
        if failure.reason == "RATE_LIMITED" and failure.retry_after is not None:
            # The server has carried out nothing, and has said when to come back. The call's time is the only limit.
            delay = self._limited.next(failure.retry_after)
        elif self._is_repeatable and _is_worth_another(failure):
            delay = self._failed.next(failure.retry_after)
            if self._failed.failures >= self._settings.max_attempts:
                return None
        else:
            return None
        return delay if self._end is None or time.monotonic() + delay < self._end else None


def _is_worth_another(failure: SynthaError) -> bool:
    return failure.status is grpc.StatusCode.UNAVAILABLE or (failure.reason is None and failure.status in _BROKEN)
