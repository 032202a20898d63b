"""A server as a process of this machine: started, asked, and stopped as a service manager does it."""

from __future__ import annotations

import re
import signal
import subprocess
import threading
import urllib.request
from pathlib import Path

from runner.report import Report

_READY = re.compile(r"Syntha is ready: gRPC (\S+), HTTP (\S+)")
_START_SECONDS = 60


def serve_and_stop(report: Report, name: str, command: list[str], data: Path, **popen: object) -> None:
    """Starts a server on free ports, sees it healthy, and sees it end with code 0 on SIGTERM."""
    arguments = ["serve", "--Server:GrpcPort=0", "--Server:HttpPort=0", f"--Storage:DataPath={data}"]
    server = subprocess.Popen(
        [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **popen)  # type: ignore[call-overload]
    limit = threading.Timer(_START_SECONDS, server.kill)
    limit.start()
    try:
        said, ready = "", None
        for line in server.stdout:
            said += line
            if ready := _READY.search(line):
                break
        limit.cancel()
        report.check(f"{name}: starts", ready, said)
        if ready:
            with urllib.request.urlopen(f"{ready[2]}/health", timeout=10) as answer:
                report.equal(f"{name}: is healthy", answer.read(), b"Healthy")
            _ask_for_page(report, name, ready[2])
            listed = subprocess.run([*command, "users", "list", "--server", ready[1]], capture_output=True, text=True, timeout=30,
                                    check=False)
            report.equal(f"{name}: an operator's command is answered", listed.returncode, 0)
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=40)
        report.check(f"{name}: ends with code 0 on SIGTERM", server.returncode == 0, f"{server.returncode}: {said}")
    finally:
        limit.cancel()
        if server.poll() is None:
            server.kill()
            server.wait()


def _ask_for_page(report: Report, name: str, address: str) -> None:
    """The page's files are parts of the program. Publishing, trimming or packing could lose them."""
    with urllib.request.urlopen(f"{address}/", timeout=10) as answer:
        document = answer.read().decode()
    files = re.findall(r'(?:src|href)="(/page-files/[^"]+)"', document)
    report.check(f"{name}: serves the page", any("blazor.web.js" in file for file in files), document)
    for file in files:
        with urllib.request.urlopen(address + file, timeout=10) as answer:
            report.check(f"{name}: serves {file.partition('?')[0]}", answer.status == 200 and answer.read(), file)
