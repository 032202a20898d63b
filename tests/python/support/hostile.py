"""The hostile proxy of tests/Syntha.Hostile, as a process."""

from __future__ import annotations

import os
import subprocess
import urllib.request

from support.server import ROOT

_BUILT = ROOT / ".artifacts/bin/Syntha.Hostile/release/Syntha.Hostile.dll"
CUTS = int(os.environ.get("SYNTHA_HOSTILE_CUTS") or 60)


class HostileProxy:
    def __init__(self, target: str, seed: int) -> None:
        command = ["dotnet", str(_BUILT), f"http://{target}", str(seed), str(CUTS)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> HostileProxy:
        assert self._process.stdout is not None
        self.address, self._control = self._process.stdout.readline().split()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate("")

    @property
    def is_done(self) -> bool:
        """Whether it has done all that it was to do."""
        with urllib.request.urlopen(self._control) as answer:  # noqa: S310  the address is the proxy's own
            return int(answer.read()) >= CUTS
