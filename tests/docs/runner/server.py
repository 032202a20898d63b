"""Servers for documents: the program as it was built, on free ports, with a scratch folder."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
_READY = re.compile(r"Syntha is ready")
_START_LIMIT_SECONDS = 120


def program() -> Path:
    """The program `syntha`."""
    for project in ("Syntha.Cli",):
        for name in ("syntha",):
            built = ROOT / f".artifacts/bin/{project}/release/{name}"
            if built.exists():
                return built
    raise SystemExit("The server is not built: make build.")


class Ports:
    """Ports of this page's own, in place of the ports that documents name. They are bound while the page runs, so that
    the system gives them to no other test."""

    def __init__(self) -> None:
        self._holders = {}
        self.map: dict[str, str] = {}
        for documented in ("50051", "8080", "50052", "8081", "5432"):
            holder = socket.socket()
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            holder.bind(("127.0.0.1", 0))
            self._holders[documented] = holder
            self.map[documented] = str(holder.getsockname()[1])
        self._pattern = re.compile(r"(?<![\d.])(?:" + "|".join(self.map) + r")(?!\d)")

    def apply(self, text: str) -> str:
        return self._pattern.sub(lambda match: self.map[match[0]], text)

    def close(self) -> None:
        for holder in self._holders.values():
            holder.close()


class Process:
    """A program that goes on while the page is read: a server, or a command in another terminal."""

    def __init__(self, command: list[str], folder: Path, environment: dict[str, str]) -> None:
        self.output = ""
        self._changed = threading.Condition()
        self._process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, start_new_session=True,
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._changed:
                self.output += line
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def wait_for(self, said: object, limit: float) -> bool:
        """Waits until `said(output)` holds; False when the program ended, or the time was over, before it did."""
        end = time.monotonic() + limit
        with self._changed:
            while not said(self.output):  # type: ignore[operator]
                left = end - time.monotonic()
                if left <= 0 or not self._reader.is_alive():
                    return False
                self._changed.wait(min(left, 0.5))
        return True

    def ended(self, limit: float) -> bool:
        """Waits until the program has ended; False when the time was over before."""
        try:
            self._process.wait(limit)
        except subprocess.TimeoutExpired:
            return False
        self._reader.join(5)
        return True

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    def stop(self, kind: int = signal.SIGTERM) -> None:
        """Ends the program with all that it started."""
        try:
            os.killpg(self._process.pid, kind)
            self._process.wait(20)
        except (ProcessLookupError, PermissionError):
            pass
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._reader.join(5)


def start_server(settings: list[str], ports: Ports, folder: Path, environment: dict[str, str]) -> Process:
    own = [f"--Server:GrpcPort={ports.map['50051']}", f"--Server:HttpPort={ports.map['8080']}", f"--Storage:DataPath={folder / 'data'}"]
    server = Process([str(program()), *own, *settings], folder, environment)
    if not server.wait_for(_READY.search, _START_LIMIT_SECONDS):
        server.stop(signal.SIGKILL)
        raise RuntimeError(f"The server did not start:\n{server.output}")
    return server


def scratch_copy(folder: Path) -> None:
    """Makes the folder look like the repository, so that commands may write into it: a link for each entry."""
    own = ("client", "client/python", "client/node")  # what a build writes into
    for part in ("", *own):
        (folder / part).mkdir(parents=True)
        for entry in (ROOT / part).iterdir():
            name = f"{part}/{entry.name}".lstrip("/")
            if name in own or entry.name in (".git", "data", "build", "dist", "__pycache__"):
                continue
            if part in ("client/python", "client/node") and entry.name != "node_modules":
                copy = shutil.copytree if entry.is_dir() else shutil.copy
                copy(entry, folder / name)
            else:
                (folder / name).symlink_to(entry)


def remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
