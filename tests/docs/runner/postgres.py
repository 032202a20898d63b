"""A PostgreSQL of a page's own, on the page's port, gone afterwards."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from .server import remove

_START_LIMIT_SECONDS = 60


class Postgres:
    def __init__(self, port: str) -> None:
        # PostgreSQL refuses root, and its folder's parents must be open to the account that it runs as.
        self._as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        self._folder = Path(tempfile.mkdtemp(prefix="syntha-docs-pg-"))
        if self._as:
            subprocess.run(["chown", "postgres", str(self._folder)], check=True)
        bins = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))[-1].parent
        self._data = self._folder / "data"
        self._control = str(bins / "pg_ctl")
        self._run(
            str(bins / "initdb"), "-D", str(self._data), "-U", "postgres", "--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync"
        )
        options = f"-p {port} -k {self._folder} -c listen_addresses=127.0.0.1 -c max_connections=60"
        log = str(self._folder / "log")
        self._run(self._control, "-D", str(self._data), "-o", options, "-w", "-t", str(_START_LIMIT_SECONDS), "-l", log, "start")
        self.environment = {"PGHOST": str(self._folder), "PGPORT": port, "PGUSER": "postgres"}

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            [*self._as, *command], cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]} failed: {done.stderr}")

    def stop(self) -> None:
        try:
            self._run(self._control, "-D", str(self._data), "-m", "immediate", "stop")
        finally:
            remove(self._folder)
