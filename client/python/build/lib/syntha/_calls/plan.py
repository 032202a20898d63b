"""What the client does, as values: plans know nothing of how their calls are made, so blocking and asyncio callers share them.

A plan is a generator that yields calls, is sent their responses, and returns its result. An operation is a method whose body is a plan:
on a blocking object it returns the result, on an asyncio one a coroutine.
"""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, overload

P = ParamSpec("P")
R = TypeVar("R")


class Rpc:
    """A unary call that is still to be made."""

    __slots__ = ("method", "request")

    def __init__(self, method: str, request: Any) -> None:
        self.method = method  # The service's name and the method's: `ContextMesh/Push`.
        self.request = request


Plan = Generator[Rpc, Any, R]


class Blocking(Protocol):
    """Runs plans to their end."""

    is_blocking: bool

    def _run(self, plan: Plan[R]) -> R: ...


class Asynchronous(Protocol):
    """Runs plans as coroutines."""

    is_asynchronous: bool

    async def _run(self, plan: Plan[R]) -> R: ...


if TYPE_CHECKING:

    class operation(Generic[P, R]):  # noqa: N801  it is used as a decorator
        def __init__(self, plan: Callable[Concatenate[Any, P], Plan[R]]) -> None: ...

        @overload
        def __get__(self, instance: None, owner: type) -> Callable[Concatenate[Any, P], Any]: ...

        @overload
        def __get__(self, instance: Blocking, owner: type) -> Callable[P, R]: ...

        @overload
        def __get__(self, instance: Asynchronous, owner: type) -> Callable[P, Coroutine[Any, Any, R]]: ...

        @overload
        def __get__(self, instance: Any, owner: type) -> Callable[P, Any]: ...

        def __get__(self, instance: Any, owner: type) -> Any: ...

        def plan(self, instance: Any, *args: P.args, **kwargs: P.kwargs) -> Plan[R]: ...

else:

    def operation(plan):
        """Makes a method of a plan."""

        @functools.wraps(plan)
        def call(self, *args, **kwargs):
            return self._run(plan(self, *args, **kwargs))

        # What help() shows is what a caller gets, and not that there is a plan inside.
        result = call.__annotations__["return"]
        call.__annotations__["return"] = result.removeprefix("Plan[").removesuffix("]")
        call.plan = plan
        return call


def new_request_id() -> str:
    """A UUID of version 7: the server's log finds ids that grow with time the cheapest."""
    milliseconds = time.time_ns() // 1_000_000
    chance = int.from_bytes(os.urandom(10), "big")
    number = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | (chance >> 68) << 64 | 0b10 << 62 | chance & 0x3FFF_FFFF_FFFF_FFFF
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def write(method: str, request: Any, request_id: str | None = None) -> Rpc:
    """A call that changes something: it carries an id under which the server carries it out once, however often it is repeated."""
    request.request_id = request_id or new_request_id()
    return Rpc(method, request)
