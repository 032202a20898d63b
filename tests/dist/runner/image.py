"""The image: built by buildah without a daemon, on the Debian of `machine.py`, started under its account, asked, and stopped.

buildah runs commands by chroot, so the network and the processes are this machine's. Limits of memory and of rights are not tried."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

from runner.built import DIST, PROCESSOR
from runner.machine import unpack_root
from runner.report import Report

_START_SECONDS = 60


def run(report: Report, scratch: Path) -> None:
    environment = {**os.environ, "STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot"}
    storage = ["--root", str(scratch / "storage"), "--runroot", str(scratch / "run")]
    # Signatures of images are not the matter here, and a bare machine has no policy for them.
    policy = scratch / "policy.json"
    policy.write_text('{"default": [{"type": "insecureAcceptAnything"}]}')

    def buildah(command: str, *arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # type: ignore[call-overload]
            ["buildah", *storage, command, *arguments], env=environment, check=True, capture_output=True, text=True, **more)

    root = scratch / "root"
    unpack_root(root)
    base = buildah("from", "scratch").stdout.strip()
    buildah("add", "--quiet", base, str(root), "/")
    buildah("commit", "--quiet", "--signature-policy", str(policy), base, "localhost/base")
    buildah("rm", base)
    shutil.rmtree(root)

    built = buildah(
        "build", "--quiet", "--signature-policy", str(policy), "--pull-never", "--format", "docker", "--build-arg", "BASE=localhost/base",
        "--build-arg", f"TARGETARCH={PROCESSOR}", "--tag", "localhost/syntha", "--file", "Containerfile", ".", cwd=DIST / "container")
    report.check("image: is built", built.returncode == 0)
    config = json.loads(buildah("inspect", "--type", "image", "localhost/syntha").stdout)["Docker"]["config"]
    report.equal("image: has an account that is not root", config["User"], "10001:10001")
    report.equal("image: is stopped by SIGTERM", config["StopSignal"], "SIGTERM")

    container = buildah("from", "--pull-never", "--signature-policy", str(policy), "localhost/syntha").stdout.strip()
    command = [*config["Entrypoint"], *config["Cmd"]]
    refused = subprocess.run(
        ["buildah", *storage, "run", "--user", config["User"], container, "--", *command], env=environment, capture_output=True,
        text=True, check=False, timeout=60)
    report.check("image: without a credential it does not listen for other machines",
                 "without authentication the server listens on loopback only" in refused.stdout + refused.stderr,
                 refused.stdout + refused.stderr)
    _serve(report, [*storage], environment, container, config, command)


def _serve(report: Report, storage: list[str], environment: dict[str, str], container: str, config: dict, command: list[str]) -> None:
    # Loopback ports of this machine, because a network of its own is beyond chroot.
    log = subprocess.Popen(
        ["buildah", *storage, "run", "--user", config["User"], "--env", f"SYNTHA_Authentication__OperatorKeySha256={'0' * 64}",
         container, "--", *command, "--Server:Address=127.0.0.1", "--Server:GrpcPort=0", "--Server:HttpPort=0"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
    said, ready, until = "", None, time.monotonic() + _START_SECONDS
    try:
        for line in log.stdout:
            said += line
            if (ready := re.search(r"Syntha is ready: gRPC \S+, HTTP (\S+)", line)) or time.monotonic() > until:
                break
        report.check("image: the server starts", ready, said)
        if not ready:
            return
        with urllib.request.urlopen(f"{ready[1]}/health", timeout=10) as answer:
            report.equal("image: it is healthy", answer.read(), b"Healthy")
        check = config["Healthcheck"]["Test"][1:]
        for url, wanted in ((f"{ready[1]}/health", 0), ("http://127.0.0.1:9/health", 7)):
            done = subprocess.run(
                ["buildah", *storage, "run", "--env", f"HEALTH_URL={url}", container, "--", *check], env=environment,
                capture_output=True, text=True, check=False, timeout=60)
            report.check(f"image: the health check {'passes' if wanted == 0 else 'fails where no server is'}",
                         (done.returncode == 0) == (wanted == 0), done.stdout + done.stderr)
        server = _process_of(log.pid)
        accounts = re.search(r"^Uid:\s+(\d+)", Path(f"/proc/{server}/status").read_text(), re.M)[1]
        report.equal("image: the server runs under the account", accounts, "10001")
        os.kill(server, signal.SIGTERM)
        more, _ = log.communicate(timeout=60)
        report.check("image: the server ends with code 0 on SIGTERM", log.returncode == 0, f"{log.returncode}: {said}{more}")
    finally:
        if log.poll() is None:
            os.killpg(log.pid, signal.SIGKILL)
            log.wait()


def _process_of(parent: int) -> int:
    """The server among the processes that buildah has started."""
    waiting = [parent]
    while waiting:
        process = waiting.pop()
        if Path(f"/proc/{process}/comm").read_text().strip() == "syntha":
            return process
        for task in Path(f"/proc/{process}/task").iterdir():
            waiting += [int(child) for child in (task / "children").read_text().split()]
    raise RuntimeError("buildah has started no server")
