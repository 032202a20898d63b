"""Subscriptions for blocking callers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator, Iterator
from types import TracebackType
from typing import Any, Self

import grpc

from syntha._calls import fork
from syntha._calls.blocking import BlockingConnection
from syntha._calls.backoff import Backoff
from syntha._live.callback import TopicNews
from syntha._live.ending import ENDED, SILENT
from syntha._live.loop import Open, Read, Wait, follow
from syntha._live.options import SubscriptionPlan
from syntha._live.watchdog import Watchdog
from syntha.exceptions import SynthaError
from syntha.events import ContextEvent, Established, Interrupted

_log = logging.getLogger("syntha")


class EventStream(Iterator[ContextEvent]):
    """The events of a subscription. The stream is opened when the first event is asked for. It never ends by itself: it connects again and
    goes on where it was. It raises a failure that another connection would not mend.

    A reader may take as long as it likes between two events. Nothing is read ahead, and a pause is no broken connection. One thread at a
    time may take events. Any thread may close it when it is no longer needed; `with` does so.
    """

    def __init__(self, connection: BlockingConnection, plan: SubscriptionPlan) -> None:
        self._stop = Stop()
        settings = connection.settings
        backoff = Backoff(settings.retry_delay, settings.max_retry_delay)
        steps = follow(plan, settings.timeout, backoff, renews=settings.token_provider is not None)
        self._events = drive(connection, plan.method, steps, self._stop)

    def __next__(self) -> ContextEvent:
        return next(self._events)

    def close(self) -> None:
        """Ends the subscription, also while another thread waits for an event. That thread gets StopIteration."""
        self._stop.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()


class TopicSubscription:
    """A callback that hears of a topic from a thread of its own, until it is closed."""

    def __init__(self, topic: str, callback: Callable[[str, str, Any], object], events: EventStream, timeout: float | None) -> None:
        self._topic = topic
        self._callback = callback
        self._events = events
        self._settled = threading.Event()
        self._last_failure: BaseException | None = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name=f"syntha topic {topic}", daemon=True)
        self._thread.start()
        if not self._settled.wait(timeout):
            self.close()
            raise self._last_failure or TimeoutError(f"The server did not serve the subscription within {timeout} seconds.")
        if self._failure is not None:
            raise self._failure

    @property
    def is_active(self) -> bool:
        return self._thread.is_alive()

    def close(self) -> None:
        """Ends the subscription. It waits for a callback that runs, unless the callback itself is the caller."""
        self._events.close()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def wait(self, timeout: float | None = None) -> None:
        """Waits for the end of the subscription. Returns after close, and raises the reason of any other end."""
        self._thread.join(timeout)
        if self._failure is not None:
            raise self._failure

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _work(self) -> None:
        news = TopicNews()
        try:
            for event in self._events:
                if isinstance(event, Established):
                    self._settled.set()
                elif isinstance(event, Interrupted):
                    self._last_failure = event.failure
                for key, data in news.of(event):
                    self._callback(self._topic, key, data)
        except Exception as failure:
            self._failure = failure
            if self._settled.is_set():
                _log.exception("The subscription to topic %r has ended.", self._topic)
        finally:
            self._events.close()
            self._settled.set()


class Stop:
    """Tells the subscription to end, and cancels its call."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._gate = threading.Lock()
        self._call: Any = None

    @property
    def is_set(self) -> bool:
        return self._stopped.is_set()

    def stop(self) -> None:
        with self._gate:
            self._stopped.set()
            self._cancel()

    def wait(self, seconds: float) -> None:
        self._stopped.wait(seconds)

    def watch(self, call: Any) -> Any:
        """Takes the call in place of the former one, which is cancelled."""
        with self._gate:
            self._cancel()
            self._call = call
            if call is not None and self._stopped.is_set():
                call.cancel()
            return call

    def _cancel(self) -> None:
        if self._call is not None and not fork.is_lost():
            self._call.cancel()


def drive(connection: BlockingConnection, method: str, steps: Generator[Any, Any, None], stop: Stop) -> Generator[Any, None, None]:
    """Takes the steps of a stream, and yields what is no step: the events for the caller."""
    watchdog = Watchdog()
    answer: Any = None
    call: Any = None
    try:
        while not stop.is_set:
            fork.throw_if_lost()
            step = steps.send(answer)
            answer = None
            if isinstance(step, Open):
                connection.throw_if_closed()
                call = stop.watch(connection.open_stream(method, step.request))
            elif isinstance(step, Read):
                with watchdog.watching(step.limit, call.cancel):
                    answer = _read(connection, call)
                if watchdog.has_barked:
                    answer = SILENT
            elif isinstance(step, Wait):
                stop.watch(None)
                stop.wait(step.seconds)
            else:
                yield step
    finally:
        stop.watch(None)
        watchdog.close()


def _read(connection: BlockingConnection, call: Any) -> Any:
    try:
        return next(call)
    except StopIteration:
        return ENDED
    except grpc.RpcError as raised:
        error: SynthaError = connection.error_of(raised)
        error.__cause__ = raised
        return error
