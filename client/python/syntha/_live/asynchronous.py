"""Subscriptions for asyncio."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator
from typing import Any, Self

import grpc
import grpc.aio

from syntha._calls.asynchronous import AsynchronousConnection, is_being_cancelled
from syntha._calls.backoff import Backoff
from syntha._live.callback import TopicNews
from syntha._live.ending import ENDED, SILENT
from syntha._live.loop import Open, Read, Wait, follow
from syntha._live.options import SubscriptionPlan
from syntha.events import ContextEvent, Established, Interrupted

_log = logging.getLogger("syntha")


class EventStream(AsyncIterator[ContextEvent]):
    """The events of a subscription, as syntha.EventStream. Close it by aclose, or by `async with`."""

    def __init__(
        self, connection: AsynchronousConnection, plan: SubscriptionPlan, prepare: Callable[[], Awaitable[object]] | None = None
    ) -> None:
        settings = connection.settings
        backoff = Backoff(settings.retry_delay, settings.max_retry_delay)
        steps = follow(plan, settings.timeout, backoff, renews=settings.token_provider is not None)
        self._events: AsyncGenerator[ContextEvent, None] = drive(connection, plan.method, steps, prepare)

    async def __anext__(self) -> ContextEvent:
        return await anext(self._events)

    async def aclose(self) -> None:
        await self._events.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


class TopicSubscription:
    """A callback that hears of a topic from a task of its own, until it is closed."""

    def __init__(self, topic: str, callback: Callable[[str, str, Any], Awaitable[object] | object], events: EventStream) -> None:
        self._topic = topic
        self._callback = callback
        self._events = events
        self._settled = asyncio.Event()
        self._last_failure: BaseException | None = None
        self._failure: BaseException | None = None
        self._task = asyncio.create_task(self._work(), name=f"syntha topic {topic}")

    @property
    def is_active(self) -> bool:
        return not self._task.done()

    async def aclose(self) -> None:
        """Ends the subscription, also while the callback runs."""
        self._task.cancel()
        await asyncio.wait([self._task])

    async def wait(self) -> None:
        """Waits for the end of the subscription. Returns after aclose, and raises the reason of any other end."""
        await asyncio.wait([self._task])
        if self._failure is not None:
            raise self._failure

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _settle(self, timeout: float | None) -> Self:
        try:
            await asyncio.wait_for(self._settled.wait(), timeout)
        except BaseException as gave_up:
            await self.aclose()
            if isinstance(gave_up, asyncio.TimeoutError) and self._last_failure is not None:
                raise self._last_failure from None
            raise
        if self._failure is not None:
            raise self._failure
        return self

    async def _work(self) -> None:
        news = TopicNews()
        try:
            async for event in self._events:
                if isinstance(event, Established):
                    self._settled.set()
                elif isinstance(event, Interrupted):
                    self._last_failure = event.failure
                for key, data in news.of(event):
                    result = self._callback(self._topic, key, data)
                    if inspect.isawaitable(result):
                        await result
        except Exception as failure:
            self._failure = failure
            if self._settled.is_set():
                _log.exception("The subscription to topic %r has ended.", self._topic)
        finally:
            await self._events.aclose()
            self._settled.set()


async def drive(
    connection: AsynchronousConnection,
    method: str,
    steps: Generator[Any, Any, None],
    prepare: Callable[[], Awaitable[object]] | None,
) -> AsyncGenerator[Any, None]:
    """Takes the steps of a stream, and yields what is no step: the events for the caller. prepare: what comes before the first stream."""
    if prepare is not None:
        await prepare()
    answer: Any = None
    call: Any = None
    try:
        while True:
            step = steps.send(answer)
            answer = None
            if isinstance(step, Open):
                connection.throw_if_closed()
                call = await connection.open_stream(method, step.request)
            elif isinstance(step, Read):
                answer = await _read(connection, call, step.limit)
            elif isinstance(step, Wait):
                call.cancel()
                await asyncio.sleep(step.seconds)
            else:
                yield step
    finally:
        if call is not None:
            call.cancel()


async def _read(connection: AsynchronousConnection, call: Any, limit: float | None) -> Any:
    try:
        said = await asyncio.wait_for(call.read(), limit)
    except asyncio.TimeoutError:
        return SILENT
    except asyncio.CancelledError:
        if is_being_cancelled():
            raise
        return ENDED
    except grpc.RpcError as raised:
        error = connection.error_of(raised)
        error.__cause__ = raised
        return error
    return ENDED if said is grpc.aio.EOF else said
