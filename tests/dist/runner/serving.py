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
