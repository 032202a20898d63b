"""The forms for asyncio: the same operations, awaited."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

import grpc
import pytest
from support.fake import FakeServer, Script, refuse
from support.frameworks import Function, StructuredTool, pretend
from support.proxy import Proxy
from support.server import Server

from syntha import (
    ContextMesh,
    PushEntry,
    SynthaConflictError,
    SynthaError,
    SynthaUnavailableError,
    aio,
    create_multi_agent_handlers,
    create_role_based_handler,
)
from syntha.events import Committed, ContextEvent, Established, Interrupted
from syntha.v1 import context_mesh_service_pb2 as wire


def _run(main: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(main)


async def _next_of(events: aio.EventStream, kind: type[ContextEvent]) -> Any:
    return await anext(event async for event in events if isinstance(event, kind))


def test_operations_are_coroutines(server: Server, user: str) -> None:
    async def main() -> None:
        async with aio.ContextMesh(user, server=server.address) as mesh:
            agent = aio.ToolHandler(mesh, "A")
            await mesh.register_agent_topics("A", ["t"])
            receipt = await agent.push_context("k", {"n": 2**60}, topic="t")
            assert (await mesh.get("k"), await agent.get_context("k")) == ({"n": 2**60}, {"n": 2**60})
            assert await agent.list_topics() == ["t"]
            assert (await agent.handle_tool_call("get_context"))["keys_found"] == ["k"]
            with pytest.raises(SynthaConflictError) as caught:
                await mesh.push("k", 1, if_revision=receipt.position.revision + 1)
            assert caught.value.current_revision == receipt.position.revision
            assert await agent.remove_context("k")

    _run(main())


def test_many_calls_at_once_lose_nothing(server: Server, user: str) -> None:
    async def main() -> None:
        async with aio.ContextMesh(user, server=server.address) as mesh:
            receipts = await asyncio.gather(*(mesh.push(f"k{number}", number) for number in range(500)))
            assert sorted(receipt.position.revision for receipt in receipts) == list(range(1, 501))
            assert await mesh.get_all_for_agent("A") == {f"k{number}": number for number in range(500)}

    _run(main())


def test_factories_and_frameworks_are_awaited(server: Server, user: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, "langchain_core.tools", StructuredTool)

    async def main() -> None:
        async with aio.ContextMesh(user, server=server.address) as mesh:
            reader = await create_role_based_handler(mesh, "R", "readonly")
            handlers = await create_multi_agent_handlers(mesh, {"A": {"role": "admin"}})
            assert isinstance(reader, aio.ToolHandler) and isinstance(handlers["A"], aio.ToolHandler)
            assert not await reader.has_tool_access("push_context")
            tools = {tool.name: tool for tool in await handlers["A"].get_langchain_tools()}
            assert '"success": true' in await tools["push_context"].coroutine(key="k", value="1")
            call = handlers["A"].create_hybrid_handler(lambda tool_name, **_: tool_name)
            assert ((await call("get_context"))["context"], call("search")) == ({"k": 1}, "search")

    _run(main())


def test_blocking_tool_that_is_awaited_does_not_hold_the_loop(
    server: Server, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, "langchain_core.tools", StructuredTool)
    called_in: list[int] = []

    def token() -> str:
        called_in.append(threading.get_ident())
        return "token"

    async def main() -> None:
        with ContextMesh(user, server=server.address, token_provider=token) as mesh:
            tools = {tool.name: tool for tool in mesh.for_agent("A").get_langchain_tools()}
            called_in.clear()
            assert '"success": true' in await tools["push_context"].coroutine(key="k", value="1")

    _run(main())

    assert called_in and threading.get_ident() not in called_in


def test_asynchronous_tool_without_a_loop_gives_text_and_in_a_loop_says_what_to_use(
    server: Server, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, "langchain_core.tools", StructuredTool)
    mesh = aio.ContextMesh(user, server=server.address)

    async def tools_of() -> dict[str, StructuredTool]:
        return {tool.name: tool for tool in await mesh.for_agent("A").get_langchain_tools()}

    async def main() -> None:
        with pytest.raises(RuntimeError, match="Use ainvoke"):
            tools["push_context"].func(key="k", value="1")

    tools = asyncio.run(tools_of())
    assert '"success": true' in tools["push_context"].func(key="k", value="1")
    _run(main())


@pytest.mark.parametrize("framework", ["langchain", "langgraph", "agno"])
def test_tools_of_every_framework_keep_the_same_rule(
    server: Server, user: str, monkeypatch: pytest.MonkeyPatch, framework: str
) -> None:
    pretend(monkeypatch, "langchain_core.tools", StructuredTool)
    pretend(monkeypatch, "agno.tools.function", Function)
    mesh = aio.ContextMesh(user, server=server.address)

    async def function_of(name: str) -> Any:
        for tool in await mesh.for_agent("A").get_tools_for_framework(framework):
            if (tool["name"] if isinstance(tool, dict) else tool.name) == name:
                return tool["function"] if isinstance(tool, dict) else getattr(tool, "func", None) or tool.entrypoint

    async def main() -> None:
        with pytest.raises(RuntimeError, match="in an event loop without await"):
            push(key="k", value="1")
        # Agno calls functions in threads while the loop runs that the mesh serves.
        assert await mesh.size() == 1
        assert '"success": true' in await asyncio.to_thread(push, key="k", value="2")

    push = asyncio.run(function_of("push_context"))
    assert '"success": true' in push(key="k", value="1")
    _run(main())


def test_langgraphs_coroutine_does_not_hold_the_loop(server: Server, user: str) -> None:
    called_in: list[int] = []

    def token() -> str:
        called_in.append(threading.get_ident())
        return "token"

    async def main() -> None:
        with ContextMesh(user, server=server.address, token_provider=token) as mesh:
            tools = {tool["name"]: tool["coroutine"] for tool in mesh.for_agent("A").get_langgraph_tools()}
            called_in.clear()
            assert '"success": true' in await tools["push_context"](key="k", value="1")

    _run(main())

    assert called_in and threading.get_ident() not in called_in


def test_stream_is_an_asynchronous_iterator_that_crosses_a_break(server: Server, user: str) -> None:
    async def main(proxy: Proxy) -> None:
        async with (
            aio.ContextMesh(user, server=server.address) as mesh,
            aio.ContextMesh(user, server=proxy.address, retry_delay=0.01) as broken,
            broken.for_agent("A").subscribe_to_topics(["t"]) as events,
        ):
            assert isinstance(await anext(events), Established)
            await mesh.push_many([PushEntry("a", 1, topics=["t"]), PushEntry("b", 2, topics=["t"])])
            assert [change.key for change in (await _next_of(events, Committed)).changes] == ["a", "b"]
            proxy.cut()
            await mesh.push("c", 3, topics=["t"])
            assert isinstance(await anext(events), Interrupted)
            assert (await _next_of(events, Established)).is_reconnected
            assert (await _next_of(events, Committed)).changes[0].item.value == 3

    with Proxy(server.address) as proxy:
        _run(main(proxy))


def test_callback_may_be_a_coroutine_function_or_a_plain_one(server: Server, user: str) -> None:
    async def main() -> None:
        told: asyncio.Queue[Any] = asyncio.Queue()

        async def callback(*news: Any) -> None:
            await told.put(news)

        async with aio.ContextMesh(user, server=server.address) as mesh:
            agent = mesh.for_agent("A")
            async with (
                await agent.subscribe_to_topic("t", callback) as subscription,
                await agent.subscribe_to_topic("u", lambda *news: told.put_nowait(news)),
            ):
                await mesh.push("k", 1, topics=["t"])
                assert await told.get() == ("t", "k", 1)
                await mesh.push("l", 2, topics=["u"])
                assert await told.get() == ("u", "l", 2)
                assert subscription.is_active
            assert not subscription.is_active
            await subscription.wait()

    _run(main())


def test_callback_that_raises_ends_its_subscription_aloud(
    server: Server, user: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with aio.ContextMesh(user, server=server.address) as mesh:
            subscription = await mesh.for_agent("A").subscribe_to_topic("t", lambda *_: {}["of the callback"])
            await mesh.push("k", 1, topics=["t"])
            with pytest.raises(KeyError):
                await subscription.wait()

    _run(main())
    assert "The subscription to topic 't' has ended." in caplog.text


def test_callback_of_a_server_that_is_not_there_is_told_in_time() -> None:
    async def main() -> None:
        async with aio.ContextMesh("u", server="127.0.0.1:1", timeout=5, retry_delay=0.01) as mesh:
            with pytest.raises(SynthaUnavailableError):
                await mesh.for_agent("A").subscribe_to_topic("t", print)

    _run(main())


def _hang(_request: Any, context: grpc.ServicerContext) -> Any:
    gone = threading.Event()
    context.add_callback(gone.set)
    gone.wait()
    return wire.GetResponse()


def test_cancelling_is_for_tasks_and_closing_a_mesh_cancels_none() -> None:
    async def main(fake: FakeServer) -> None:
        mesh = aio.ContextMesh("u", server=fake.address, max_attempts=1)
        cancelled = asyncio.create_task(mesh.get("k"))
        failing = asyncio.create_task(mesh.get("k"))
        events = mesh.subscribe()
        following = asyncio.create_task(anext(events))
        while len(fake.calls) < 3:
            await asyncio.sleep(0)
        cancelled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        await mesh.aclose()
        with pytest.raises(SynthaError) as caught:
            await failing
        assert caught.value.status is grpc.StatusCode.CANCELLED
        with pytest.raises(RuntimeError, match="closed"):
            while True:
                assert isinstance(await following, Interrupted)
                following = asyncio.create_task(anext(events))

    with FakeServer(Get=_hang, Subscribe=Script([lambda context: _hang(None, context)])) as fake:
        _run(main(fake))


def test_writes_are_made_again_with_their_id() -> None:
    def push(_request: Any, context: grpc.ServicerContext) -> Any:
        if len(fake.calls) < 3:
            refuse(context, grpc.StatusCode.UNAVAILABLE, "STORE_BUSY")
        return wire.PushResponse()

    async def main() -> str:
        async with aio.ContextMesh("u", server=fake.address, retry_delay=0.01) as mesh:
            return (await mesh.push("k", 1)).request_id

    with FakeServer(Push=push) as fake:
        request_id = _run(main())

    assert [request.request_id for request, _ in fake.calls] == [request_id] * 3
