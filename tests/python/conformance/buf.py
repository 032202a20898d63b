"""The contract through `buf curl`, which knows only what the server tells of it."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator
from typing import Any

from conformance.running import Refused, Runner, Stream
from conformance.stubs import all_pages
from conformance.wire import wire_stream
from support.proxy import Proxy
from support.server import ROOT

from syntha import _status_pb2

# The installed command would start this program. Starting it here saves a process.
_BUF = next((ROOT / ".tools/node_modules/@bufbuild").glob("buf-*/bin/buf"), ROOT / ".tools/node_modules/.bin/buf")


class Buf(Runner):
    def __init__(self, server: str) -> None:
        self._server = server
        self._proxy: Proxy | None = None

    def call(self, user_id: str | None, method: str, request: dict[str, Any], *, pages: bool, wire: bool) -> dict[str, Any]:
        done = subprocess.run(
            _command(self._server, user_id, method), input=json.dumps(request), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise _refused_by(done.stderr)
        answer: dict[str, Any] = json.loads(done.stdout)
        return all_pages(answer, lambda token: self.call(user_id, method, {**request, "pageToken": token}, pages=False, wire=wire), pages)

    def open(self, user_id: str | None, method: str, request: dict[str, Any], *, wire: bool) -> Stream:
        self._proxy = proxy = self._proxy or Proxy(self._server)

        def connect(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
            pipe = subprocess.PIPE
            with subprocess.Popen(_command(proxy.address, user_id, method), stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
                assert process.stdin is not None and process.stderr is not None
                try:
                    process.stdin.write(json.dumps(request))
                    process.stdin.close()
                    for message in _objects(process.stdout):
                        yield message
                    said = process.stderr.read()
                    if process.wait() != 0:
                        raise _refused_by(said)
                finally:
                    process.kill()

        return wire_stream(connect, method, request, proxy.cut)

    def close(self) -> None:
        if self._proxy is not None:
            self._proxy.__exit__()


def _command(server: str, user_id: str | None, method: str) -> list[str]:
    """The request comes by standard input, because it may be too long for an argument."""
    who = [] if user_id is None else ["-H", f"user-id: {user_id}"]
    return [str(_BUF), "curl", "--protocol", "grpc", "--http2-prior-knowledge", *who, "-d", "@-", f"http://{server}/syntha.v1.{method}"]


def _objects(lines: Any) -> Iterator[dict[str, Any]]:
    """buf writes one object after the other. The last line of each is its closing brace."""
    text = ""
    for line in lines:
        text += line
        if line == "}\n":
            yield json.loads(text)
            text = ""


def _refused_by(said: str) -> Refused:
    try:
        error = json.loads(said)
    except ValueError:
        raise AssertionError(f"buf said: {said}") from None
    info = _status_pb2.ErrorInfo()
    for detail in error.get("details", ()):
        if detail["type"].endswith("ErrorInfo"):
            value = detail["value"]
            info.ParseFromString(base64.b64decode(value + "=" * (-len(value) % 4)))
    return Refused(error["code"].upper(), info.reason or None, dict(info.metadata))
