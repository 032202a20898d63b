"""A bare Debian of its own: a root by debootstrap, and systemd in it, in namespaces without the machine's network."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

from runner.built import ROOT

SUITE = os.environ.get("SYNTHA_DIST_SUITE", "bookworm")
_CACHE = ROOT / f".artifacts/dist-roots/{SUITE}.tar"
_BOOT_SECONDS = 60
_STOP_SECONDS = 60


def unpack_root(folder: Path) -> None:
    """Makes a root. The first one is made by debootstrap, and kept for the next run."""
    if not _CACHE.exists():
        _CACHE.parent.mkdir(parents=True, exist_ok=True)
        fresh = folder.with_name("debootstrap")
        subprocess.run(
            ["debootstrap", "--variant=minbase", "--include=systemd,systemd-sysv,dbus", SUITE, fresh],
            check=True, capture_output=True, text=True)
        subprocess.run(["tar", "--create", "--numeric-owner", "--file", _CACHE, "--directory", fresh, "."], check=True)
        shutil.rmtree(fresh)
    folder.mkdir()
    subprocess.run(["tar", "--extract", "--numeric-owner", "--file", _CACHE, "--directory", folder], check=True)


class Machine:
    """`with Machine(root) as machine`: systemd runs in the root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._log = root.with_name("console.log")

    def prepare(self, *command: str) -> None:
        """Runs a command in the root before it is started, with the machine's network."""
        subprocess.run(
            ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", f"--directory={self.root}", "--pipe",
             "--setenv=DEBIAN_FRONTEND=noninteractive", *command],
            check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL)

    def __enter__(self) -> Machine:
        with self._log.open("w") as console:
            self._nspawn = subprocess.Popen(
                ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", f"--directory={self.root}", "--boot", "--private-network",
                 "--machine=syntha-test", "--console=pipe"],
                stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        try:
            self._leader = self._first_process()
            self._await_boot()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._nspawn.poll() is None:
            self._nspawn.terminate()  # systemd-nspawn asks the system in it to power off.
            try:
                self._nspawn.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._nspawn.kill()
                self._nspawn.wait()

    def run(self, *command: str, check: bool = True, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Runs a command in the machine."""
        return subprocess.run(
            ["nsenter", f"--target={self._leader}", "--all", "--root", "--wd", "env", "--ignore-environment",
             "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive", *command],
            check=check, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=timeout)

    def from_here(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs a command of this machine in the network of that one."""
        return subprocess.run(
            ["nsenter", f"--target={self._leader}", "--net", *command],
            check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, env={**os.environ, **variables})

    def show(self, unit: str, field: str) -> str:
        """A property of a unit."""
        return self.run("systemctl", "show", "--value", f"--property={field}", unit).stdout.strip()

    def status_of(self, process: str) -> dict[str, str]:
        lines = self.run("cat", f"/proc/{process}/status").stdout.splitlines()
        return {name: value.strip() for name, value in (line.split(":", 1) for line in lines)}

    def _first_process(self) -> int:
        children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children")
        until = time.monotonic() + _BOOT_SECONDS
        while time.monotonic() < until and self._nspawn.poll() is None:
            for child in children.read_text().split():
                if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                    return int(child)
            time.sleep(0.1)
        raise RuntimeError(f"The system did not start:\n{self._log.read_text()}")

    def _await_boot(self) -> None:
        until = time.monotonic() + _BOOT_SECONDS
        state = None
        while time.monotonic() < until:
            state = self.run("systemctl", "is-system-running", "--wait", check=False)
            if state.stdout.strip() in ("running", "degraded"):
                return
            time.sleep(0.2)
        raise RuntimeError(f"The system is not up ({state}):\n{self._log.read_text()}")
