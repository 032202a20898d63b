"""Programs that run in processes of their own, as users run them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from support.server import ROOT

_FENCE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CLIENT = ROOT / "client/python"

# The page that the project grew from. It lies beside the clone, and may be missing. Then only the repository's own programs of the same
# shape run.
SEED = ROOT.parent / "shared/seed/user-isolation-example.md"
_OWN = ROOT / "tests/python/programs"


def programs_in(text: str) -> list[str]:
    """The programs of a page: its Python blocks that import the package. The other blocks are fragments, which cannot run alone."""
    return [block for block in _FENCE.findall(text) if re.search(r"^from syntha import", block, re.MULTILINE)]


def seed_programs() -> dict[str, str]:
    """The page's programs by their names. Where the folder exists the page must exist, so a page that was moved fails the tests."""
    if not SEED.parent.is_dir():
        return {}
    return {f"{SEED.name}, program {number}": text for number, text in enumerate(programs_in(SEED.read_text("utf-8")), 1)}


def own_programs() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(_OWN.glob("*.py"))}


ran: set[str] = set()
"""The texts of all programs that ran so far."""


def run(program: str, folder: Path, server: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a program unchanged in a folder of its own. It is told the server's address, and nothing else."""
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
