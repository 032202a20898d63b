"""`eng/publish`, to a folder feed of NuGet and to registries of npm and PyPI on a loopback port. Nothing leaves this machine."""

from __future__ import annotations

import base64
import os
import subprocess
from pathlib import Path

from runner.built import DIST, ROOT, version
from runner.registries import registries
from runner.report import Report

_KEYS = ("NUGET_API_KEY", "NPM_TOKEN", "PYPI_TOKEN")


def run(report: Report, scratch: Path) -> None:
    feed = scratch / "feed"
    feed.mkdir()
    with registries() as server:
        plain = {name: value for name, value in os.environ.items() if name not in _KEYS}
        places = {**plain, "NUGET_FEED": str(feed), "NPM_REGISTRY": f"{server.url}/", "PYPI_REPOSITORY": f"{server.url}/legacy/",
                  "PUBLISH_ANY_TREE": "1", "NO_PROXY": "127.0.0.1"}
        tokens = {"NPM_TOKEN": "npm-token-of-the-test", "PYPI_TOKEN": "pypi-token-of-the-test"}

        def publish(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [ROOT / "eng/publish", *arguments], env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)

        said = publish(plain)
        report.check("publish: by itself it only tells", said.returncode == 0 and "Nothing was sent" in said.stdout, said)
        report.check("publish: it would go to the public registries", all(
            place in said.stdout for place in ("//api.nuget.org/", "//registry.npmjs.org/", "//upload.pypi.org/")), said)
        said = publish({**plain, "PUBLISH_ANY_TREE": "1"}, "--yes")
        missing = "NUGET_API_KEY is missing" in said.stderr
        report.check("publish: without credentials nothing begins", said.returncode != 0 and missing, said)

        said = publish({**places, **tokens}, "--yes")
        report.check("publish: to the local feeds", said.returncode == 0, f"{said.stdout}\n{said.stderr}")
        wanted = {file.name for file in (DIST / "nuget").glob("*.nupkg")}
        report.equal("publish: NuGet has all packages", {file.name for file in feed.rglob("*.nupkg")}, wanted)
        report.equal("publish: npm has the package", [*server.npm], [version()])
        report.equal("publish: PyPI has wheel and source", {*server.files}, {file.name for file in (DIST / "pypi").iterdir()})
        basic = base64.b64encode(b"__token__:pypi-token-of-the-test").decode()
        report.equal("publish: credentials are sent", {*server.credentials}, {"Bearer npm-token-of-the-test", f"Basic {basic}"})
        report.check("publish: and are not printed", not any(token in said.stdout + said.stderr for token in tokens.values()))

        said = publish({**places, **tokens}, "--yes", "nuget", "npm")
        report.check("publish: again, after a failure", said.returncode == 0 and "is there already" in said.stdout,
                     f"{said.stdout}\n{said.stderr}")
        _fetch(report, scratch, server.url, places)


def _fetch(report: Report, scratch: Path, url: str, environment: dict[str, str]) -> None:
    """What a user would get."""
    packed = subprocess.run(
        ["npm", "pack", f"syntha@{version()}", "--registry", f"{url}/", "--silent", "--cache", scratch / "npm-cache"], cwd=scratch,
        env=environment, capture_output=True, text=True, check=False)
    got = scratch / f"syntha-{version()}.tgz"
    report.check("publish: npm gives the same archive", got.exists() and got.read_bytes() == (DIST / "npm" / got.name).read_bytes(),
                 packed.stdout + packed.stderr)
    subprocess.run(["/usr/bin/python3", "-m", "venv", "--system-site-packages", scratch / "venv"], check=True, capture_output=True)
    installed = subprocess.run(
        [scratch / "venv/bin/pip", "install", "--no-deps", "--no-cache-dir", "--isolated", "--index-url", f"{url}/simple", "syntha"],
        env=environment, capture_output=True, text=True, check=False)
    report.check("publish: pip installs from it", installed.returncode == 0, installed.stdout + installed.stderr)
    told = subprocess.run(
        [scratch / "venv/bin/python", "-c", "import syntha; print(syntha.__version__)"], cwd=scratch, capture_output=True, text=True,
        check=False)
    report.equal("publish: and the module has the version", told.stdout.strip() or told.stderr, version())
