"""The archive: its checksum, and the program in it, on a path without .NET and under an account without rights."""

from __future__ import annotations

import os
import subprocess
import tarfile
from pathlib import Path

from runner.built import DIST, RUNTIME, archive, version
from runner.report import Report
from runner.serving import serve_and_stop

_NOBODY = 65534


def run(report: Report, scratch: Path) -> None:
    sums = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=DIST, capture_output=True, text=True,
                          check=False)
    report.check("SHA256SUMS fits all files", sums.returncode == 0, sums.stdout + sums.stderr)
    listed = {line.split("  ", 1)[1] for line in (DIST / "SHA256SUMS").read_text().splitlines()}
    there = {str(file.relative_to(DIST)) for file in DIST.rglob("*") if file.is_file()} - {"SHA256SUMS"}
    report.equal("SHA256SUMS names all files", listed, there)

    with tarfile.open(archive()) as members:
        report.check("archive: belongs to root", all(member.uid == 0 and member.gid == 0 for member in members))
        members.extractall(scratch)
    folder = scratch / f"syntha-{version()}-{RUNTIME}"
    scratch.chmod(0o755)
    data = scratch / "data"
    data.mkdir()
    os.chown(data, _NOBODY, _NOBODY)
    said = subprocess.run([folder / "syntha", "--version"], capture_output=True, text=True, check=False)
    report.check("archive: the program tells the version", said.stdout.startswith(version()), said.stdout + said.stderr)
    serve_and_stop(
        report, "archive", [str(folder / "syntha")], data, user=_NOBODY, group=_NOBODY, extra_groups=[], cwd=data,
        env={"PATH": "/nowhere", "HOME": str(data)})
