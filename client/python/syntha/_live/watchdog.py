"""A time limit for the blocking read of one message. gRPC has no such limit for streams."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Watchdog:
    """Barks when a read takes too long. It has one thread, from the first limit until it is closed."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._deadline: float | None = None
        self._bark: Callable[[], object] = lambda: None
        self._thread: threading.Thread | None = None
        self._is_closed = False
        self.has_barked = False
        """Whether the last read that was watched took too long."""

    @contextmanager
    def watching(self, seconds: float | None, bark: Callable[[], object]) -> Iterator[None]:
        with self._changed:
            self.has_barked = False
            self._bark = bark
            self._deadline = None if seconds is None else time.monotonic() + seconds
            if self._thread is None and seconds is not None:
                self._thread = threading.Thread(target=self._watch, name="syntha watchdog", daemon=True)
                self._thread.start()
            # Limits move on while a stream speaks. A thread that sleeps until an earlier limit looks again then, and need not be woken.
            if self._sleeps_too_long:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._deadline = None

    def close(self) -> None:
        with self._changed:
            self._is_closed = True
            self._changed.notify()

    _sleeps_until: float | None = None

    @property
    def _sleeps_too_long(self) -> bool:
        return self._deadline is not None and (self._sleeps_until is None or self._sleeps_until > self._deadline)

    def _watch(self) -> None:
        with self._changed:
            while not self._is_closed:
                now = time.monotonic()
                if self._deadline is not None and self._deadline <= now:
                    self.has_barked = True
                    self._deadline = None
                    self._bark()  # It cancels a call, which takes no lock of this class.
                self._sleeps_until = self._deadline
                self._changed.wait(None if self._deadline is None else self._deadline - now)
