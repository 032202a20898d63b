"""Tokens that run out: when the provider is asked for them, and how a stream goes on with the next one."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import grpc
import pytest
from support.fake import FakeServer, Script, refuse
from support.server import Server

from syntha import ContextMesh, OutcomeLogger, SynthaError, SynthaPermissionError, aio, build_system_prompt
from syntha.events import Committed, Established, Interrupted
from syntha.v1 import (
    administration_pb2,
    administration_service_pb2,
    administration_service_pb2_grpc,
    context_mesh_service_pb2,
    stream_pb2,
)

_OPERATOR_KEY = f"syntha_operator_{secrets.token_urlsafe(32)}"


class _Tokens:
    """Gives a new token each time, and counts them."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        return f"token-{self.asked}"

    async def awaited(self) -> str:
        await asyncio.sleep(0)
        return self()


class _Broken(Exception):
    """An exception of a provider."""


def _broken() -> str:
    raise _Broken


def _runs_out(context: grpc.ServicerContext) -> None:
    refuse(context, grpc.StatusCode.UNAUTHENTICATED, "CREDENTIALS_INVALID")


def _established(revision: int) -> Any:
    established = stream_pb2.Established(position={"epoch": "e", "revision": revision}, oldest_revision=1)
    return stream_pb2.SubscribeResponse(established=established)


def _fake(*streams: list[Any]) -> FakeServer:
    return FakeServer(
        Get=lambda *_: context_mesh_service_pb2.GetResponse(),
        GetContext=lambda *_: context_mesh_service_pb2.GetResponse(),
        Subscribe=Script(*streams),
    )


def _sent(fake: FakeServer) -> list[str]:
    return [metadata["authorization"] for _, metadata in fake.calls]


def test_the_provider_is_asked_for_each_call_and_each_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTHA_API_KEY", "of the environment")
    tokens = _Tokens()
    with (
        _fake([_established(1), _runs_out], [_established(1)]) as fake,
        ContextMesh("u", server=fake.address, retry_delay=0.01, token_provider=tokens) as mesh,
        mesh.subscribe() as events,
    ):
        mesh.get("k")
        mesh.for_agent("A").get_context("k")
        told = [next(events) for _ in range(3)]
        mesh.get("k")

    assert [type(event) for event in told] == [Established, Interrupted, Established]
    assert _sent(fake) == [f"Bearer token-{number}" for number in range(1, 6)]
    assert tokens.asked == 5


@pytest.mark.parametrize("is_awaited", [False, True])
def test_the_provider_of_asyncio_may_be_a_coroutine_function(is_awaited: bool) -> None:
    tokens = _Tokens()
    provider: Callable[[], str | Awaitable[str]] = tokens.awaited if is_awaited else tokens

    async def main() -> None:
        async with (
            aio.ContextMesh("u", server=fake.address, retry_delay=0.01, token_provider=provider) as mesh,
            mesh.subscribe() as events,
        ):
            await mesh.get("k")
            await mesh.for_agent("A").get_context("k")
            assert [type(await anext(events)) for _ in range(3)] == [Established, Interrupted, Established]

    with _fake([_established(1), _runs_out], [_established(1)]) as fake:
        asyncio.run(main())

    assert _sent(fake) == [f"Bearer token-{number}" for number in range(1, 5)]


def test_what_the_provider_raises_reaches_the_caller() -> None:
    with ContextMesh("u", server="127.0.0.1:1", token_provider=_broken) as mesh:
        agent = mesh.for_agent("A")
        for call in (
            lambda: mesh.get("k"),
            lambda: agent.push_context("k", 1),
            lambda: agent.handle_tool_call("get_context"),
            lambda: next(mesh.subscribe()),
            lambda: agent.subscribe_to_topic("t", print),
        ):
            with pytest.raises(_Broken):
                call()


def test_what_the_provider_of_asyncio_raises_reaches_the_caller() -> None:
    async def provider() -> str:
        return _broken()

    async def main() -> None:
        for broken in (_broken, provider):
            async with aio.ContextMesh("u", server="127.0.0.1:1", token_provider=broken) as mesh:
                agent = mesh.for_agent("A")
                for call in (
                    lambda: mesh.get("k"),
                    lambda: agent.handle_tool_call("get_context"),
                    lambda: anext(mesh.subscribe()),
                    lambda: agent.subscribe_to_topic("t", print),
                ):
                    with pytest.raises(_Broken):
                        await call()

    asyncio.run(main())


def test_a_provider_that_comes_to_its_end_is_no_answer() -> None:
    """The client's calls are generators. A generator that ends raises the same exception, so they could be mistaken."""
    tokens = iter(["only"])
    with _fake() as fake, ContextMesh("u", server=fake.address, token_provider=lambda: next(tokens)) as mesh:
        mesh.get("k")
        with pytest.raises(StopIteration):
            mesh.get("k")


def test_a_credential_comes_from_one_place() -> None:
    with pytest.raises(ValueError, match="api_key and token_provider are both given"):
        ContextMesh("u", api_key="k", token_provider=lambda: "t")


def test_a_token_is_a_text() -> None:
    async def late() -> str:
        return "t"

    provider: Any = late
    with ContextMesh("u", server="127.0.0.1:1", token_provider=provider) as mesh, pytest.raises(TypeError, match="only syntha.aio awaits"):
        mesh.get("k")


@pytest.mark.parametrize("options", [{"api_key": "k"}, {"token_provider": lambda: "t"}])
def test_a_stream_that_never_was_served_is_refused_for_its_credential(options: dict[str, Any]) -> None:
    with _fake([_runs_out]) as fake, ContextMesh("u", server=fake.address, **options) as mesh, mesh.subscribe() as events:
        with pytest.raises(SynthaError, match="CREDENTIALS_INVALID"):
            next(events)


# ---- A server that asks for credentials ----


@pytest.fixture(scope="module")
def guarded() -> Iterator[Server]:
    with Server(f"--Authentication:OperatorKeySha256={hashlib.sha256(_OPERATOR_KEY.encode()).hexdigest()}") as server:
        yield server


class _Operator:
    def __init__(self, server: Server) -> None:
        self._channel = grpc.insecure_channel(server.address)
        self._stub = administration_service_pb2_grpc.AdministrationStub(self._channel)
        self._metadata = [("authorization", f"Bearer {_OPERATOR_KEY}")]

    def __enter__(self) -> _Operator:
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.close()

    def new_key(self, user: str, agent_name: str | None = None) -> Any:
        scope = administration_pb2.KEY_SCOPE_USER if agent_name is None else administration_pb2.KEY_SCOPE_AGENT
        request = administration_service_pb2.CreateApiKeyRequest(scope=scope, user_id=user, agent=agent_name)
        return self._stub.CreateApiKey(request, metadata=self._metadata)

    def revoke(self, created: Any) -> None:
        self._stub.RevokeApiKey(administration_service_pb2.RevokeApiKeyRequest(id=created.key.id), metadata=self._metadata)


    def delete_user(self, user: str) -> None:
        self._stub.DeleteUser(administration_service_pb2.DeleteUserRequest(user_id=user), metadata=self._metadata)

    def users(self) -> list[str]:
        answer = self._stub.ListUsers(administration_service_pb2.ListUsersRequest(page_size=1000), metadata=self._metadata)
        return [each.user_id for each in answer.users]


def test_a_stream_of_a_user_who_is_erased_ends_and_does_not_bring_the_user_back(guarded: Server, user: str) -> None:
    with _Operator(guarded) as operator:
        key = operator.new_key(user).secret
        with (
            ContextMesh(user, server=guarded.address, retry_delay=0.01, api_key=key) as mesh,
            mesh.subscribe() as events,
        ):
            assert isinstance(next(events), Established)
            mesh.push("k", 1)
            assert user in operator.users()
            operator.delete_user(user)
            with pytest.raises(SynthaError, match="CREDENTIALS_INVALID"):
                while True:
                    next(events)
            with pytest.raises(SynthaError, match="CREDENTIALS_INVALID"):
                mesh.push("k", 2)
            assert user not in operator.users()


def test_a_stream_goes_on_with_a_newer_token(guarded: Server, user: str) -> None:
    with _Operator(guarded) as operator:
        first, second = operator.new_key(user), operator.new_key(user)
        current = first.secret
        with (
            ContextMesh(user, server=guarded.address, retry_delay=0.01, token_provider=lambda: current) as mesh,
            mesh.subscribe() as events,
        ):
            assert isinstance(next(events), Established)
            current = second.secret
            operator.revoke(first)
            mesh.push("k", 1)
            interrupted = next(event for event in events if isinstance(event, Interrupted))
            committed = next(event for event in events if isinstance(event, Committed))

    assert interrupted.failure is not None and interrupted.failure.reason == "CREDENTIALS_INVALID"
    assert committed.changes[0].key == "k"


def test_an_agent_with_a_key_of_its_own_writes_prompts_and_logs_outcomes(guarded: Server, user: str) -> None:
    with _Operator(guarded) as operator, ContextMesh(user, server=guarded.address, api_key=operator.new_key(user, "A").secret) as mesh:
        agent = mesh.for_agent("A")
        agent.push_context("k", 1)

        assert build_system_prompt("A", agent) == "[Context]\nK: 1"
        assert OutcomeLogger(context_mesh=agent).log_outcome("A", "t", True) == 1
        for refused, reason in (
            (lambda: build_system_prompt("A", mesh), "OWNER_REQUIRED"),
            (OutcomeLogger(context_mesh=agent).get_recent_outcomes, "OWNER_REQUIRED"),
            (lambda: build_system_prompt("B", agent), "AGENT_MISMATCH"),
        ):
            with pytest.raises(SynthaPermissionError, match=reason):
                refused()
        assert (agent.clear_all_context(), agent.list_context_keys()) == (1, [])
