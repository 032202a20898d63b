"""A registry of npm and one of PyPI on a loopback port, with the few calls that publish and fetch a package."""

from __future__ import annotations

import base64
import email
import email.policy
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Registries(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Calls)
        self.npm: dict = {}  # What npm keeps of the package: its versions.
        self.tarballs: dict[str, bytes] = {}
        self.files: dict[str, bytes] = {}  # What PyPI has, by name.
        self.credentials: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Calls(BaseHTTPRequestHandler):
    server: Registries

    def do_PUT(self) -> None:  # npm publish
        self.server.credentials.append(self.headers["authorization"])
        sent = json.loads(self._body())
        if self.server.npm.keys() & sent["versions"].keys():
            return self._answer(403, b'{"error": "there already"}')
        self.server.npm |= sent["versions"]
        for name, attached in sent["_attachments"].items():
            self.server.tarballs[name] = base64.b64decode(attached["data"])
        return self._answer(201, b"{}")

    def do_POST(self) -> None:  # twine upload
        self.server.credentials.append(self.headers["authorization"])
        head = f"content-type: {self.headers['content-type']}\n\n".encode()
        for part in email.message_from_bytes(head + self._body(), policy=email.policy.HTTP).iter_parts():
            if part.get_filename():
                self.server.files[part.get_filename()] = part.get_payload(decode=True)
        self._answer(200, b"")

    def do_GET(self) -> None:
        if self.path.startswith("/syntha/-/"):
            return self._file(self.server.tarballs, self.path.removeprefix("/syntha/-/"))
        if self.path == "/syntha" and self.server.npm:
            newest = max(self.server.npm)
            return self._answer(
                200, json.dumps({"name": "syntha", "dist-tags": {"latest": newest}, "versions": self.server.npm}).encode())
        if self.path == "/simple/syntha/":
            return self._answer(200, "".join(f'<a href="/files/{name}">{name}</a>\n' for name in self.server.files).encode(), "text/html")
        if self.path.startswith("/files/"):
            return self._file(self.server.files, self.path.removeprefix("/files/"))
        return self._answer(404, b"{}")

    def log_message(self, *_: object) -> None:
        pass

    def _file(self, files: dict[str, bytes], name: str) -> None:
        self._answer(200 if name in files else 404, files.get(name, b""), "application/octet-stream")

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["content-length"]))

    def _answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def registries() -> Iterator[Registries]:
    with Registries() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
