"""Counts checks, and prints each of them."""

from __future__ import annotations

import subprocess
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

_MOST_OUTPUT = 4000


class Report:
    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0

    def check(self, name: str, holds: object, found: object = "") -> None:
        """Counts one check. `found` is printed when it failed."""
        if holds:
            self.passed += 1
            print(f"ok      {name}", flush=True)
        else:
            self.failed += 1
            print(f"FAILED  {name}\n{str(found)[-_MOST_OUTPUT:]}", flush=True)

    def equal(self, name: str, found: object, wanted: object) -> None:
        self.check(name, found == wanted, f"found {found!r}, wanted {wanted!r}")

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """What is raised in a part fails the part, and the next one goes on."""
        try:
            yield
        except subprocess.SubprocessError as ended:
            said = f"{getattr(ended, 'stdout', '')}\n{getattr(ended, 'stderr', '')}"
            self.check(f"{name}: {ended}", False, said)
        except Exception:
            self.check(f"{name} was broken off", False, traceback.format_exc())
