"""What `make dist` has put into .artifacts/dist."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DIST = ROOT / ".artifacts/dist"
PROCESSOR = subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True).stdout.strip()
RUNTIME = {"amd64": "linux-x64", "arm64": "linux-arm64"}[PROCESSOR]


def version() -> str:
    return subprocess.run([ROOT / "eng/version"], check=True, capture_output=True, text=True).stdout.strip()


def built(pattern: str) -> Path:
    """The one file that fits."""
    found = sorted(DIST.glob(pattern))
    if len(found) != 1:
        raise FileNotFoundError(f"{len(found)} files fit .artifacts/dist/{pattern}: make dist")
    return found[0]


def archive() -> Path:
    return built(f"syntha-{version()}-{RUNTIME}.tar.gz")


def package() -> Path:
    return built(f"syntha_{version()}_{PROCESSOR}.deb")


def wheel() -> Path:
    """The Python client. Python reads packages in a wheel without installing it."""
    return built(f"pypi/syntha-{version()}-*.whl")
