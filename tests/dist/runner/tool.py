"""The package for `dotnet tool install`, from a folder feed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from runner.built import DIST, version
from runner.report import Report
from runner.serving import serve_and_stop


def run(report: Report, scratch: Path) -> None:
    environment = {**os.environ, "NUGET_PACKAGES": str(scratch / "packages"), "DOTNET_CLI_HOME": str(scratch)}
    installed = subprocess.run(
        ["dotnet", "tool", "install", "Syntha.Cli", "--version", version(), "--tool-path", scratch / "tool",
         "--source", DIST / "nuget"],
        env=environment, cwd=scratch, capture_output=True, text=True, check=False)
    report.check("tool: installs", installed.returncode == 0, installed.stdout + installed.stderr)
    serve_and_stop(report, "tool", [str(scratch / "tool/syntha")], scratch / "data", cwd=scratch)
