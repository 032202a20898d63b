"""The nginx configuration of docs/proxies.md."""

from __future__ import annotations

import json
import ssl
import struct
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

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


@contextmanager
def _http(nginx: Nginx, verb: str, target: str, user: str, body: str | None = None, **headers: str) -> Iterator[HTTPResponse]:
    context = ssl.create_default_context(cadata=nginx.authority.decode())
    with closing(HTTPSConnection(urlsplit(nginx.web).netloc, context=context)) as connection:
        connection.request(verb, target, body, {"user-id": user, **{name.replace("_", "-"): value for name, value in headers.items()}})
        with connection.getresponse() as response:
            yield response


def _events(response: HTTPResponse) -> Iterator[tuple[str, str, Any]]:
    name = place = ""
    for line in response:
        field, _, value = line.decode().rstrip().partition(": ")
        if field == "event":
            name = value
        elif field == "id":
            place = value
        elif field == "data":
            yield name, place, json.loads(value)


@pytest.mark.parametrize("path", ["a%2Fb", "a%252Fb", "a/../b", "a//b", "a%3Fb", "%C3%A9"])
def test_key_in_a_path_stays_what_it_is(nginx: Nginx, mesh: ContextMesh, user: str, path: str) -> None:
    keys = {"a%2Fb": "a/b", "a%252Fb": "a%2Fb", "a/../b": "a/../b", "a//b": "a//b", "a%3Fb": "a?b", "%C3%A9": "\u00e9"}
    with _http(nginx, "PUT", f"/v1/context/{path}", user, '{"n":  1}') as written:
        assert written.status == 200, written.read()
    with _http(nginx, "GET", f"/v1/context/{path}", user) as read:
        assert read.read() == b'{"n":  1}'

    assert mesh.get(keys[path]) == {"n": 1}


def test_longest_key_and_largest_value_pass(nginx: Nginx, user: str) -> None:
    with _http(nginx, "PUT", f"/v1/context/{'k' * 4096}", user, json.dumps("x" * (1024 * 1024 - 100))) as written:
        assert written.status == 200, written.read()


def test_stream_over_http_goes_on_behind_its_last_event_when_nginx_went(nginx: Nginx, mesh: ContextMesh, user: str) -> None:
    place = ""
    with _http(nginx, "GET", "/v1/changes?start=snapshot", user) as response:
        for name, place, _ in _events(response):
            if name == "snapshot_end":
                break
        mesh.push("first", 1)
        name, place, said = next(event for event in _events(response) if event[0] == "changes")
        assert [change["key"] for change in said["changes"]] == ["first"]
        nginx.stop()
        with pytest.raises((HTTPException, OSError, StopIteration)):
            next(_events(response))
    mesh.push("between", 2)
    nginx.start()
    with _http(nginx, "GET", "/v1/changes", user, Last_Event_ID=place) as response:
        _, _, said = next(event for event in _events(response) if event[0] == "changes")

    assert [change["key"] for change in said["changes"]] == ["between"]


def test_mcp_passes(nginx: Nginx, mesh: ContextMesh, user: str) -> None:
    mesh.push("k", "the value")
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "get_context", "arguments": {"keys": ["k"]}}}
    headers = {"agent_name": "assistant", "content_type": "application/json", "accept": "application/json, text/event-stream"}
    with _http(nginx, "POST", "/mcp", user, json.dumps(call), **headers) as response:
        answer = response.read().decode()

    assert "the value" in answer


def test_page_and_its_socket_pass_and_those_of_another_origin_do_not(nginx: Nginx, user: str) -> None:
    with _http(nginx, "GET", f"/mesh?user={user}", user) as page:
        assert page.status == 200
        assert "<title>Syntha</title>" in page.read().decode()
    with _http(nginx, "POST", "/_blazor/negotiate?negotiateVersion=1", user, "", origin=nginx.web) as negotiated:
        token = json.loads(negotiated.read())["connectionToken"]

    def upgrade(origin: str) -> int:
        socket = {"connection": "Upgrade", "upgrade": "websocket", "sec_websocket_version": "13",
                  "sec_websocket_key": "c3ludGhhIGxvb2tzIGluIQ==", "origin": origin}
        with _http(nginx, "GET", f"/_blazor?id={token}", user, **socket) as answer:
            return answer.status

    assert upgrade("https://evil.example") == 403
    assert upgrade(nginx.web) == 101
