"""Programs in processes of their own, as their users run them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from support.server import ROOT

_FENCE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CLIENT = ROOT / "client/python"

# The page that the project grew from, beside the clone. A clone may come without it: then only programs of the same shape run, which are
# the repository's own.
SEED = ROOT.parent / "shared/seed/user-isolation-example.md"
_OWN = ROOT / "tests/python/programs"


def programs_in(text: str) -> list[str]:
    """The programs of a page: its Python blocks that import the package. The others are fragments, which name what is not there."""
    return [block for block in _FENCE.findall(text) if re.search(r"^from syntha import", block, re.MULTILINE)]


def seed_programs() -> dict[str, str]:
    """The page's programs by a name each. A page that was moved within its folder is no page that is missing."""
    if not SEED.parent.is_dir():
        return {}
    return {f"{SEED.name}, program {number}": text for number, text in enumerate(programs_in(SEED.read_text("utf-8")), 1)}


def own_programs() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(_OWN.glob("*.py"))}


ran: set[str] = set()
"""The texts of all programs that were run so far."""


def run(program: str, folder: Path, server: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a program, unchanged, in a folder of its own; all it is told is where the server is."""
    ran.add(program)
    file = folder / "program.py"
    file.write_text(program, "utf-8")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SYNTHA_")}
    return subprocess.run(
        [sys.executable, str(file)],
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(_CLIENT), "PYTHONUTF8": "1", "SYNTHA_SERVER": server, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
