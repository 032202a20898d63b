"""The server under test: the built program, on free ports and with a scratch folder."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
_BUILT = ROOT / ".artifacts/bin/Syntha.Cli/release/syntha.dll"
_READY = re.compile(r"Syntha is ready: gRPC http://([^, ]+), HTTP http://([^, ]+) ")
_START_LIMIT_SECONDS = 120


def held_port() -> socket.socket:
    """A port that no other program gets. It is bound, so the system gives it to no program that asks for a free port. It does not listen,
    so the server may. Otherwise another test could get the port of a server that is down."""
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # The server's socket has it as well. Then one of the two may listen.
    holder.bind(("127.0.0.1", 0))
    return holder


class Server:
    def __init__(self, *options: str) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="syntha-py-")
        self._options = options
        self._holder = held_port()
        self._process: subprocess.Popen[str] | None = None
        self.address = ""
        self.http_address = ""

    @property
    def data(self) -> Path:
        return Path(self._scratch.name) / "data"

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._holder.close()
        self._scratch.cleanup()

    def start(self) -> None:
        """Starts the server, and waits until it is ready."""
        dll = os.environ.get("SYNTHA_TESTS_SERVER", str(_BUILT))
        port = self._holder.getsockname()[1]
        command: list[Any] = ["dotnet", dll, f"--Server:GrpcPort={port}", "--Server:HttpPort=0", f"--Storage:DataPath={self.data}"]
        self._process = process = subprocess.Popen(
            [*command, *self._options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=self._scratch.name
        )
        assert process.stdout is not None
        limit = threading.Timer(_START_LIMIT_SECONDS, process.kill)
        limit.start()
        said = []
        for line in process.stdout:
            said.append(line)
            if ready := _READY.search(line):
                self.address, self.http_address = ready.groups()
                break
        limit.cancel()
        if not self.address:
            raise RuntimeError("The server did not start (build it first: dotnet build server/Syntha.Cli -c Release):\n" + "".join(said))
        # A pipe without a reader fills up, and then the server stops at a log line.
        self._reader = threading.Thread(target=lambda log=process.stdout: log.readlines(), daemon=True)
        self._reader.start()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._reader.join()
            self._process.stdout.close()  # type: ignore[union-attr]
            self._process = None

    def restart(self) -> None:
        """Kills the server, as power loss would, and starts it on the same port and data."""
        self.kill()
        self.address = ""
        self.start()
