"""The errors of failed calls, and the calls that are made again."""

from __future__ import annotations

import asyncio
import subprocess
import threading
import uuid
from pathlib import Path
from typing import Any

import grpc
import pytest
from support.fake import FakeServer, refuse
from support.proxy import Proxy
from support.server import Server

from syntha import (
    ContextMesh,
    SynthaError,
    SynthaInvalidArgumentError,
    SynthaQuotaError,
    SynthaUnavailableError,
    aio,
)
from syntha._calls.plan import new_request_id
from syntha._calls.settings import SERVICES, repeatable_methods
from syntha.v1 import context_mesh_service_pb2 as wire


def _mesh(server: str, **options: Any) -> ContextMesh:
    return ContextMesh("u", server=server, retry_delay=0.01, max_retry_delay=0.02, **options)


def test_refusal_tells_status_reason_and_metadata(mesh: ContextMesh) -> None:
    with pytest.raises(SynthaInvalidArgumentError) as caught:
        mesh.push("k" * 4097, 1)
    error = caught.value

    assert (error.status, error.reason, error.limit, error.actual) == (grpc.StatusCode.INVALID_ARGUMENT, "KEY_INVALID", 4096, 4097)
    assert error.field_violations[0].field == "item.key"
    assert str(error).startswith("KEY_INVALID: ")
    assert isinstance(error, ValueError) and isinstance(error.__cause__, grpc.RpcError)


@pytest.mark.parametrize("size", [2_000_000, 3_500_000, 20_000_000])
def test_value_that_is_too_large_is_refused_by_name_and_the_connection_goes_on(mesh: ContextMesh, size: int) -> None:
    with pytest.raises(SynthaInvalidArgumentError) as caught:
        mesh.push("k", "x" * size)
    error = caught.value

    assert error.reason == ("VALUE_TOO_LARGE" if size < 3_000_000 else "REQUEST_TOO_LARGE")
    assert error.limit is not None and error.actual is not None and error.limit < error.actual
    mesh.push("k", 1)
    assert mesh.get("k") == 1


def test_server_that_asks_to_wait_is_quoted() -> None:
    def push(_request: Any, context: grpc.ServicerContext) -> None:
        refuse(context, grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED", retry_after=1.5, limit="500")

    with FakeServer(Push=push) as fake, _mesh(fake.address, max_attempts=1) as mesh, pytest.raises(SynthaQuotaError) as caught:
        mesh.push("k", 1)

    assert (caught.value.retry_after, caught.value.metadata, len(fake.calls)) == (1.5, {"limit": "500"}, 1)


@pytest.mark.parametrize("details", [b"", b"\xff\xff\xff"])
def test_details_that_cannot_be_read_do_not_hide_the_status(details: bytes) -> None:
    def get(_request: Any, context: grpc.ServicerContext) -> None:
        context.set_trailing_metadata((("grpc-status-details-bin", details),))
        context.abort(grpc.StatusCode.DATA_LOSS, "said")

    with FakeServer(Get=get) as fake, _mesh(fake.address) as mesh, pytest.raises(SynthaError) as caught:
        mesh.get("k")

    assert (caught.value.status, caught.value.reason) == (grpc.StatusCode.DATA_LOSS, None)
    assert str(caught.value).startswith("DATA_LOSS, ") and str(caught.value).endswith("said")


def test_write_that_is_unavailable_is_made_again_with_its_id() -> None:
    def push(_request: Any, context: grpc.ServicerContext) -> Any:
        if len(fake.calls) < 4:
            refuse(context, grpc.StatusCode.UNAVAILABLE, "STORE_BUSY")
        return wire.PushResponse()

    with FakeServer(Push=push) as fake, _mesh(fake.address) as mesh:
        receipt = mesh.push("k", "v" * 2_000_000)

    assert [request.request_id for request, _ in fake.calls] == [receipt.request_id] * 4


def test_attempts_are_as_many_as_asked_for_and_the_last_failure_is_told() -> None:
    def get(_request: Any, context: grpc.ServicerContext) -> None:
        refuse(context, grpc.StatusCode.UNAVAILABLE, "STORE_DOWN")

    with FakeServer(Get=get) as fake:
        for attempts in (1, 3, 5):
            fake.calls.clear()
            with _mesh(fake.address, max_attempts=attempts) as mesh, pytest.raises(SynthaUnavailableError) as caught:
                mesh.get("k")
            assert (len(fake.calls), caught.value.reason) == (attempts, "STORE_DOWN")


def test_what_is_refused_for_a_reason_is_not_made_again() -> None:
    def remove(_request: Any, context: grpc.ServicerContext) -> None:
        refuse(context, grpc.StatusCode.ABORTED, "REVISION_MISMATCH", expected="1", current="2")

    with FakeServer(Remove=remove) as fake, _mesh(fake.address) as mesh, pytest.raises(SynthaError):
        mesh.remove("k")

    assert len(fake.calls) == 1


def test_repeated_calls_are_those_whose_idempotency_level_allows_it() -> None:
    repeated = repeatable_methods()
    every = {f"{service.name}/{rpc.name}" for service in SERVICES for rpc in service.methods}

    # Streams come back by themselves. A repeated call of ClearOutcomes would also remove the outcomes that were logged in between.
    streams = {"ContextMesh/Subscribe", "ToolHandler/SubscribeToTopics", "ContextMesh/AwaitClaim", "ToolHandler/AwaitClaim"}
    assert every - repeated == {*streams, "ContextMesh/ClearOutcomes"}


def test_answer_that_is_lost_is_asked_for_again_and_the_write_happens_once(server: Server, user: str) -> None:
    with Proxy(server.address) as proxy, ContextMesh(user, server=proxy.address, retry_delay=0.01) as mesh:
        mesh.push("before", 1)
        proxy.lose_next_answer()
        receipt = mesh.push("k", 1, if_revision=0)

        assert (receipt.replayed, receipt.position.revision, mesh.get("k")) == (True, 2, 1)


def test_server_that_cannot_be_reached_is_named() -> None:
    with ContextMesh("u", server="127.0.0.1:1", max_attempts=2, retry_delay=0.01) as mesh, pytest.raises(SynthaUnavailableError) as caught:
        mesh.push("k", 1)

    assert str(caught.value).startswith("127.0.0.1:1 cannot be reached.")
    assert caught.value.request_id is not None


def test_server_that_does_not_answer_is_not_waited_for_for_ever() -> None:
    def get(_request: Any, context: grpc.ServicerContext) -> Any:
        given_up = threading.Event()
        context.add_callback(given_up.set)
        given_up.wait()
        return wire.GetResponse()

    with FakeServer(Get=get) as fake, _mesh(fake.address, timeout=0.2) as mesh, pytest.raises(SynthaUnavailableError) as caught:
        mesh.get("k")

    assert caught.value.status is grpc.StatusCode.DEADLINE_EXCEEDED


def test_key_is_sent_as_a_bearer_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTHA_API_KEY", "of the environment")
    with FakeServer(Get=lambda *_: wire.GetResponse()) as fake:
        for options in ({}, {"api_key": "given"}):
            with _mesh(fake.address, **options) as mesh:
                mesh.get("k")

    sent = [metadata["authorization"] for _, metadata in fake.calls]
    assert sent == ["Bearer of the environment", "Bearer given"]
    assert {metadata["user-id"] for _, metadata in fake.calls} == {"u"}


def test_https_address_means_tls(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate),
        ],
        check=True,
        capture_output=True,
    )
    credentials = grpc.ssl_server_credentials([(key.read_bytes(), certificate.read_bytes())])
    with FakeServer(credentials, Get=lambda *_: wire.GetResponse()) as fake:
        address = f"https://localhost:{fake.address.rpartition(':')[2]}"
        with _mesh(address, root_certificates=certificate.read_bytes()) as mesh:
            assert mesh.get("k") is None
        with _mesh(address, max_attempts=1) as stranger, pytest.raises(SynthaUnavailableError, match="does not trust .* root_certificates"):
            stranger.get("k")


def test_request_ids_are_of_version_7_and_grow_with_time() -> None:
    ids = [uuid.UUID(new_request_id()) for _ in range(1_000)]

    assert {(one.version, one.variant) for one in ids} == {(7, uuid.RFC_4122)}
    assert len(set(ids)) == len(ids)
    assert [one.int >> 80 for one in ids] == sorted(one.int >> 80 for one in ids)


@pytest.mark.parametrize("code", [grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.CANCELLED])
def test_connection_that_broke_is_asked_again_with_the_same_id(code: grpc.StatusCode) -> None:
    def push(_request: Any, context: grpc.ServicerContext) -> Any:
        if len(fake.calls) < 3:
            context.abort(code, "Incomplete message.")
        return wire.PushResponse()

    with FakeServer(Push=push) as fake, _mesh(fake.address) as mesh:
        receipt = mesh.push("k", 1)

    assert [request.request_id for request, _ in fake.calls] == [receipt.request_id] * 3


_FOREIGN = [
    grpc.StatusCode.UNAUTHENTICATED,
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.UNIMPLEMENTED,
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
]


@pytest.mark.parametrize("code", _FOREIGN)
def test_status_of_a_proxy_is_told_as_such_with_the_id_of_the_write(code: grpc.StatusCode) -> None:
    def push(_request: Any, context: grpc.ServicerContext) -> None:
        context.abort(code, "said by a proxy")

    with FakeServer(Push=push) as fake, _mesh(fake.address) as mesh, pytest.raises(SynthaUnavailableError) as caught:
        mesh.push("k", 1)

    assert (caught.value.status, caught.value.reason, len(fake.calls)) == (code, None, 1)
    assert caught.value.request_id == fake.calls[0][0].request_id
    assert "not from the server" in str(caught.value)


def _limited(times: int, retry_after: float) -> Any:
    def push(_request: Any, context: grpc.ServicerContext) -> Any:
        nonlocal times
        times -= 1
        if times >= 0:
            refuse(context, grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED", retry_after=retry_after)
        return wire.PushResponse()

    return push


def test_call_that_came_too_often_is_made_again_within_its_time_and_that_is_no_attempt() -> None:
    with FakeServer(Push=_limited(7, 0.001)) as fake, _mesh(fake.address, max_attempts=2) as mesh:
        receipt = mesh.push("k", 1)

    assert [request.request_id for request, _ in fake.calls] == [receipt.request_id] * 8


def test_call_of_asyncio_that_came_too_often_is_made_again_too() -> None:
    async def main() -> None:
        async with aio.ContextMesh("u", server=fake.address, retry_delay=0.01, max_attempts=2) as mesh:
            await mesh.push("k", 1)

    with FakeServer(Push=_limited(7, 0.001)) as fake:
        asyncio.run(main())

    assert len(fake.calls) == 8


@pytest.mark.parametrize("options", [{"max_attempts": 1}, {"timeout": 0.5, "max_retry_delay": 10.0}])
def test_call_that_came_too_often_is_not_made_again_without_time_or_repeats(options: dict[str, Any]) -> None:
    settings = {"retry_delay": 0.01, **options}
    with FakeServer(Push=_limited(99, 5.0)) as fake, ContextMesh("u", server=fake.address, **settings) as mesh:
        with pytest.raises(SynthaQuotaError):
            mesh.push("k", 1)

    assert len(fake.calls) == 1
