"""What a client does when its first connection leads nowhere, and which address gets a credential."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from support.fake import FakeServer, Script
from support.programs import run
from support.server import Server

from syntha import ContextMesh, SynthaUnavailableError, aio
from syntha.events import Established, Interrupted
from syntha.v1 import context_mesh_service_pb2, stream_pb2


class _Relay:
    """Passes connections on to a server, except the first ones, which are accepted and then silent."""

    def __init__(self, target: str, silent: int) -> None:
        host, _, port = target.rpartition(":")
        self._target = (host, int(port))
        self._silent = silent
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.accepted: list[socket.socket] = []
        self._far: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> _Relay:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in (*self.accepted, *self._far):
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self.accepted.append(near)
            if len(self.accepted) > self._silent:
                far = socket.create_connection(self._target)
                self._far.append(far)
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=_pass, args=(source, sink), daemon=True).start()


def _pass(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def _mesh(server: str, user: str = "u", **options: Any) -> ContextMesh:
    return ContextMesh(user, server=server, retry_delay=0.1, connect_timeout=0.3, **options)


@pytest.fixture
def closed_port() -> Iterator[str]:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"


def test_push_on_a_connection_that_is_silent_is_made_on_a_new_one(server: Server, user: str) -> None:
    with _Relay(server.address, silent=1) as relay, _mesh(relay.address, user, max_attempts=20) as mesh:
        assert mesh.push("k", 1, if_revision=0).position.revision == 1
        assert len(relay.accepted) >= 2


def test_when_every_connection_is_silent_the_error_tells_the_id_of_the_write() -> None:
    with _Relay("127.0.0.1:1", silent=999) as relay, _mesh(relay.address, max_attempts=2) as mesh:
        with pytest.raises(SynthaUnavailableError) as caught:
            mesh.push("k", 1)

    assert caught.value.request_id is not None


def test_subscription_on_a_connection_that_is_silent_is_interrupted_and_then_served(server: Server, user: str) -> None:
    async def main(address: str) -> list[type]:
        async with aio.ContextMesh(user, server=address, retry_delay=0.1, connect_timeout=0.3) as mesh, mesh.subscribe() as events:
            return await _until_established(events)

    async def _until_established(events: aio.EventStream) -> list[type]:
        told: list[type] = []
        async for event in events:
            told.append(type(event))
            if isinstance(event, Established):
                break
        return told

    with _Relay(server.address, silent=1) as relay:
        told = asyncio.run(main(relay.address))

    assert (told[0], told[-1]) == (Interrupted, Established)


def test_subscription_to_a_closed_port_is_interrupted_with_the_reason_at_once(closed_port: str) -> None:
    with _mesh(closed_port) as mesh, mesh.subscribe() as events:
        event = next(events)

    assert isinstance(event, Interrupted) and "cannot be reached" in str(event.failure)


def test_subscription_to_a_port_of_another_protocol_is_an_error(server: Server) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
            connection.close()

    threading.Thread(target=answer, daemon=True).start()
    try:
        for address in (f"127.0.0.1:{listener.getsockname()[1]}", f"https://{server.address}"):
            with _mesh(address) as mesh, mesh.subscribe() as events, pytest.raises(SynthaUnavailableError, match="another protocol"):
                next(events)
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


_FOREIGN = [
    grpc.StatusCode.UNAUTHENTICATED,
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.UNIMPLEMENTED,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
]


@pytest.mark.parametrize("code", _FOREIGN)
def test_stream_that_a_proxy_ends_is_interrupted_and_goes_on(code: grpc.StatusCode) -> None:
    established = stream_pb2.SubscribeResponse(established=stream_pb2.Established(position={"epoch": "e", "revision": 1}))
    script = Script([lambda context: context.abort(code, "said by a proxy")], [established])

    async def main() -> list[type]:
        async with aio.ContextMesh("u", server=fake.address, retry_delay=0.01) as mesh, mesh.subscribe() as events:
            return [type(await anext(events)) for _ in range(2)]

    with FakeServer(Subscribe=script) as fake, _mesh(fake.address) as mesh, mesh.subscribe() as events:
        assert [type(next(events)) for _ in range(2)] == [Interrupted, Established]
    again = Script([lambda context: context.abort(code, "said by a proxy")], [established])
    with FakeServer(Subscribe=again) as fake:
        assert asyncio.run(main()) == [Interrupted, Established]


@pytest.mark.parametrize("address", ["host:1", "http://host:1", "HTTP://10.0.0.1:1", "http://localhost.example:1", "10.0.0.1"])
@pytest.mark.parametrize("credential", [{"api_key": "k"}, {"token_provider": lambda: "k"}])
def test_credential_does_not_travel_in_the_clear_to_another_machine(address: str, credential: dict[str, Any]) -> None:
    for kind in (ContextMesh, aio.ContextMesh):
        with pytest.raises(ValueError, match="in the clear"):
            kind("u", server=address, **credential)
        kind("u", server=address, allow_credentials_without_tls=True, **credential)


def test_credential_of_the_environment_does_not_travel_in_the_clear_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTHA_API_KEY", "k")
    monkeypatch.setenv("SYNTHA_SERVER", "host:1")
    with pytest.raises(ValueError, match="in the clear"):
        ContextMesh("u")


@pytest.mark.parametrize("address", ["HTTPS://host:1", "https://host", "127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "[::1]:1"])
def test_credential_may_travel_under_tls_and_on_this_machine(address: str) -> None:
    mesh = ContextMesh("u", server=address, api_key="k")

    assert mesh._connection.settings.is_secure == address.lower().startswith("https")


def test_server_that_asks_for_a_certificate_is_shown_one(tmp_path: Path) -> None:
    key, certificate = (tmp_path / name for name in ("key.pem", "cert.pem"))
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run([*command, *names, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    own = (key.read_bytes(), certificate.read_bytes())
    asks = grpc.ssl_server_credentials([own], root_certificates=own[1], require_client_auth=True)
    with FakeServer(asks, Get=lambda *_: context_mesh_service_pb2.GetResponse()) as fake:
        address = f"https://{fake.address}"
        with ContextMesh("u", server=address, root_certificates=own[1], client_certificate=own[1], client_key=own[0]) as mesh:
            assert mesh.get("k") is None
        with ContextMesh("u", server=address, root_certificates=own[1], max_attempts=1) as stranger:
            with pytest.raises(SynthaUnavailableError):
                stranger.get("k")
    with pytest.raises(ValueError, match="belong together"):
        ContextMesh("u", server=address, client_key=own[0])


def test_mesh_of_asyncio_serves_one_loop_after_the_other(server: Server, user: str) -> None:
    mesh = aio.ContextMesh(user, server=server.address)

    async def use(number: int) -> Any:
        await mesh.push("k", number)
        async with mesh.subscribe(snapshot=True) as events:
            assert isinstance(await anext(events), Established)
        return await mesh.get("k")

    assert [asyncio.run(use(number)) for number in (1, 2)] == [1, 2]


def test_mesh_of_asyncio_refuses_a_second_loop_at_the_same_time(server: Server, user: str) -> None:
    mesh = aio.ContextMesh(user, server=server.address)
    told: list[BaseException] = []

    def other() -> None:
        try:
            asyncio.run(mesh.get("k"))
        except RuntimeError as error:
            told.append(error)

    async def main() -> None:
        await mesh.get("k")
        thread = threading.Thread(target=other)
        thread.start()
        await asyncio.to_thread(thread.join)
        await mesh.aclose()

    asyncio.run(main())

    assert "one for each loop" in str(told[0])


_FORKING = """
import asyncio, os, sys
from syntha import ContextMesh, aio

mesh = ContextMesh("forked", server=os.environ["SYNTHA_SERVER"])
mesh.push("k", 1)
events = mesh.subscribe()
next(events)
other = aio.ContextMesh("forked", server=os.environ["SYNTHA_SERVER"])
asyncio.run(other.get("k"))
child = os.fork()
if child == 0:
    for call in (lambda: mesh.get("k"), lambda: next(events), lambda: ContextMesh("forked").get("k"), lambda: asyncio.run(other.get("k"))):
        try:
            call()
        except RuntimeError as error:
            assert "was forked" in str(error), error
        else:
            sys.exit("There was an answer.")
    mesh.close()
    sys.exit(0)
_, status = os.waitpid(child, 0)
assert mesh.get("k") == 1
print("the child ended with", status)
"""


def test_child_of_a_fork_gets_an_error_and_ends(server: Server, tmp_path: Path) -> None:
    done = run(_FORKING, tmp_path, server.address)

    assert "the child ended with 0" in done.stdout, done.stdout + done.stderr
