"""The scenario "The hostile proxy" of tests/conformance/README.md: nothing is lost or happens twice, and every failure has its type."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from support.hostile import HostileProxy
from support.server import Server

from syntha import ContextMesh, SynthaUnavailableError, aio
from syntha.events import Committed, Established

_OPTIONS: dict[str, Any] = {"retry_delay": 0.001, "max_retry_delay": 0.02, "max_attempts": 3, "connect_timeout": 0.2}


def _check(server: Server, user: str, pushes: int, seen: list[int]) -> None:
    with ContextMesh(user, server=server.address) as direct:
        assert direct.push("last", None).position.revision == pushes + 1
        assert [direct.get(f"k{number}") for number in range(pushes)] == list(range(pushes))
    assert seen == list(range(1, pushes + 1))


def test_pushes_and_a_stream_through_a_hostile_proxy_lose_nothing_and_repeat_nothing(server: Server, user: str) -> None:
    with HostileProxy(server.address, seed=2) as proxy, ContextMesh(user, server=proxy.address, **_OPTIONS) as mesh:
        seen: list[int] = []
        served, last = threading.Event(), threading.Event()
        pushes = 0

        def follow() -> None:
            with mesh.subscribe(heartbeat=1.0) as events:
                for event in events:
                    if isinstance(event, Established):
                        served.set()
                    elif isinstance(event, Committed):
                        seen.append(event.revision)
                    if last.is_set() and event.through is not None and event.through.revision >= pushes:
                        return

        def push() -> None:
            request_id = None
            while True:
                try:
                    mesh.push(f"k{pushes}", pushes, if_revision=0, request_id=request_id)
                    return
                except SynthaUnavailableError as unknown:
                    assert unknown.request_id is not None
                    request_id = unknown.request_id

        following = threading.Thread(target=follow, daemon=True)
        following.start()
        served.wait()
        is_done = False
        while not is_done:
            is_done = proxy.is_done
            push()
            pushes += 1
        last.set()
        following.join()

    _check(server, user, pushes, seen)


def test_the_same_with_asyncio(server: Server, user: str) -> None:
    seen: list[int] = []

    async def main() -> int:
        served, last = asyncio.Event(), asyncio.Event()
        pushes = 0

        async def follow() -> None:
            async with mesh.subscribe(heartbeat=1.0) as events:
                async for event in events:
                    if isinstance(event, Established):
                        served.set()
                    elif isinstance(event, Committed):
                        seen.append(event.revision)
                    if last.is_set() and event.through is not None and event.through.revision >= pushes:
                        return

        async def push() -> None:
            request_id = None
            while True:
                try:
                    await mesh.push(f"k{pushes}", pushes, if_revision=0, request_id=request_id)
                    return
                except SynthaUnavailableError as unknown:
                    assert unknown.request_id is not None
                    request_id = unknown.request_id

        async with aio.ContextMesh(user, server=proxy.address, **_OPTIONS) as mesh:
            following = asyncio.create_task(follow())
            await served.wait()
            is_done = False
            while not is_done:
                is_done = await asyncio.to_thread(lambda: proxy.is_done)
                await push()
                pushes += 1
            last.set()
            await following
        return pushes

    with HostileProxy(server.address, seed=3) as proxy:
        pushes = asyncio.run(main())

    _check(server, user, pushes, seen)
