"""The nginx configuration of docs/proxies.md."""

from __future__ import annotations

import ssl
import struct
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from support.nginx import Nginx
from support.server import Server

from syntha import ContextMesh, PushEntry, SynthaUnavailableError
from syntha.events import Committed, ContextEvent, Established, Interrupted
from syntha.v1 import context_mesh_service_pb2, stream_pb2


@pytest.fixture
def nginx(server: Server, tmp_path: Path) -> Iterator[Nginx]:
    with Nginx(tmp_path, server.address, server.http_address) as nginx:
        yield nginx


def _mesh(nginx: Nginx, user: str, **options: Any) -> ContextMesh:
    return ContextMesh(user, server=nginx.grpc, root_certificates=nginx.authority, retry_delay=0.05, max_retry_delay=0.1, **options)


def _next_of(events: Iterator[ContextEvent], kind: type) -> Any:
    return next(event for event in events if isinstance(event, kind))


def test_calls_by_the_hundred_cross_connections_that_nginx_closes(nginx: Nginx, user: str) -> None:
    failures: list[BaseException] = []

    def push(writer: int) -> None:
        try:
            for number in range(100):
                mesh.push(f"{writer}-{number}", number, if_revision=0)
        except BaseException as failure:
            failures.append(failure)

    with _mesh(nginx, user) as mesh:
        writers = [threading.Thread(target=push, args=(writer,)) for writer in range(4)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert failures == []
        assert mesh.push("last", None).position.revision == 401


def test_write_of_almost_three_mebibytes_passes(nginx: Nginx, user: str) -> None:
    with _mesh(nginx, user) as mesh:
        mesh.push_many([PushEntry(f"k{number}", "x" * (1024 * 1024 - 100)) for number in range(2)])

        assert len(mesh.get("k1")) == 1024 * 1024 - 100


def test_rollout_that_answers_404_interrupts_a_subscription_and_does_not_end_it(nginx: Nginx, user: str) -> None:
    with _mesh(nginx, user) as mesh, mesh.subscribe() as events:
        assert isinstance(next(events), Established)
        nginx.stop()
        nginx.start(**{"return": "404"})
        while _next_of(events, Interrupted).failure.status is not grpc.StatusCode.UNIMPLEMENTED:
            pass  # The connection that broke, and the time in which nothing listened.
        with pytest.raises(SynthaUnavailableError) as caught:
            mesh.push("k", 1)
        nginx.stop()
        nginx.start()
        _next_of(events, Established)
        receipt = mesh.push("k", 1, request_id=caught.value.request_id)
        committed = _next_of(events, Committed)

    assert caught.value.status is grpc.StatusCode.UNIMPLEMENTED
    assert (receipt.replayed, committed.changes[0].key) == (False, "k")


def _web(nginx: Nginx, method: str, request: Any, user: str, origin: str) -> Any:
    message = request.SerializeToString()
    headers = {"content-type": "application/grpc-web+proto", "user-id": user, "origin": origin}
    call = urllib.request.Request(f"{nginx.web}/syntha.v1.ContextMesh/{method}", struct.pack(">BI", 0, len(message)) + message, headers)
    return urllib.request.urlopen(call, context=ssl.create_default_context(cadata=nginx.authority.decode()))  # noqa: S310


def test_page_of_the_same_origin_calls_and_streams_and_another_may_not(nginx: Nginx, mesh: ContextMesh, user: str) -> None:
    mesh.push("k", 1)
    with _web(nginx, "Get", context_mesh_service_pb2.GetRequest(key="k"), user, nginx.web) as answer:
        _, length = struct.unpack(">BI", answer.read(5))
        assert context_mesh_service_pb2.GetResponse.FromString(answer.read(length)).item.value_json == "1"
    with _web(nginx, "Subscribe", context_mesh_service_pb2.SubscribeRequest(), user, nginx.web) as answer:
        _, length = struct.unpack(">BI", answer.read(5))
        assert stream_pb2.SubscribeResponse.FromString(answer.read(length)).HasField("established")
    with pytest.raises(urllib.error.HTTPError) as caught:
        _web(nginx, "Get", context_mesh_service_pb2.GetRequest(key="k"), user, "https://evil.example")
    caught.value.close()

    assert caught.value.code == 403
