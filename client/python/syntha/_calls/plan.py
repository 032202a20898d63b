"""Plans: the client's operations as values. A plan does not know how its calls are made, so blocking and asyncio objects share it.

A plan is a generator. It yields calls, gets their responses, and returns its result. An operation is a method with a plan as its body. On a
blocking object it returns the result, on an object of asyncio a coroutine.
"""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, overload

from syntha._arguments import optional_text

P = ParamSpec("P")
R = TypeVar("R")


class Rpc:
    """A unary call that was not made yet."""

    __slots__ = ("limit", "method", "request")

    def __init__(self, method: str, request: Any) -> None:
        self.method = method  # The names of the service and the method: `ContextMesh/Push`.
        self.request = request
        self.limit: float | None = None  # How many seconds it may take, where that is less than the mesh's timeout.


Plan = Generator[Rpc, Any, R]


def result_of(plan: Plan[R]) -> R:
    """The result of a plan that makes no call."""
    try:
        next(plan)
    except StopIteration as done:
        return done.value
    raise RuntimeError("The plan makes a call.")


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
        """Makes a method from a plan."""

        @functools.wraps(plan)
        def call(self, *args, **kwargs):
            return self._run(plan(self, *args, **kwargs))

        # help() is to show the caller's result, and not the plan.
        result = call.__annotations__["return"]
        call.__annotations__["return"] = result.removeprefix("Plan[").removesuffix("]")
        call.plan = plan
        return call


def new_request_id() -> str:
    """A UUID of version 7. It grows with time, so the server's log finds it at the least cost."""
    milliseconds = time.time_ns() // 1_000_000
    chance = int.from_bytes(os.urandom(10), "big")
    number = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | (chance >> 68) << 64 | 0b10 << 62 | chance & 0x3FFF_FFFF_FFFF_FFFF
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def write(method: str, request: Any, request_id: str | None = None) -> Rpc:
    """A call that changes something. It carries an id, so the server carries it out once, however often it is repeated."""
    request.request_id = optional_text(request_id, "request_id") or new_request_id()
    return Rpc(method, request)
