#!/usr/bin/python3
"""Tries what `make dist` has built: installs it, starts it, asks it, upgrades it and removes it.

    tests/dist/run.py [program] [tool] [debian] [image] [kubernetes] [publish]      default: all

The last line is `N passed, N failed`. It needs root, and what `eng/setup soak` installs. Nothing of this machine is changed: the Debian
package is installed in a root that debootstrap makes, in which systemd runs in namespaces of its own."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from runner import debian, image, kubernetes, program, publish, tool  # noqa: E402
from runner.report import Report  # noqa: E402

PARTS = {
    "program": program.run, "tool": tool.run, "debian": debian.run, "image": image.run, "kubernetes": kubernetes.run,
    "publish": publish.run,
}


def main(arguments: list[str]) -> int:
    unknown = set(arguments) - PARTS.keys()
    if unknown:
        print(f"There is no part {', '.join(sorted(unknown))}.\n{__doc__}", file=sys.stderr)
        return 2
    if os.geteuid() != 0:
        print("These tests need root: they make a Debian root, and start a system in it.", file=sys.stderr)
        return 2
    report = Report()
    for name, run in PARTS.items():
        if not arguments or name in arguments:
            print(f"-- {name}", flush=True)
            with tempfile.TemporaryDirectory(prefix="syntha-dist-") as scratch, report.part(name):
                run(report, Path(scratch))
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed or not report.passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
