"""The manifests: each object fits the schema of its kind, and they agree with the image. No cluster runs them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import yaml

from runner.built import DIST, ROOT, version
from runner.report import Report

_CHECK = ROOT / "tests/dist/kubernetes"
_WANTED = {
    "sqlite.yaml": ["Service", "StatefulSet"],
    "postgresql.yaml": ["Service", "PodDisruptionBudget", "Deployment"],
}


def run(report: Report, scratch: Path) -> None:
    folder = DIST / "kubernetes"
    found = _checked(report, sorted(folder.glob("*.yaml")))
    report.equal("kubernetes: the kinds", {Path(name).name: kinds for name, kinds in found.items()}, _WANTED)
    # A check that never fires makes every manifest look right.
    broken = scratch / "broken.yaml"
    broken.write_text((folder / "sqlite.yaml").read_text().replace("readinessProbe:", "readynessProbe:"))
    report.check("kubernetes: a misspelt field would be found", any(result["fault"] for result in _ask([broken])))

    for name, workload in (("sqlite.yaml", "StatefulSet"), ("postgresql.yaml", "Deployment")):
        objects = list(yaml.safe_load_all((folder / name).read_text()))
        spec = next(given for given in objects if given["kind"] == workload)["spec"]
        pod = spec["template"]["spec"]
        container = pod["containers"][0]
        labels = spec["template"]["metadata"]["labels"]
        report.equal(f"kubernetes: {name}: the image has the version", container["image"], f"syntha:{version()}")
        report.check(f"kubernetes: {name}: all selectors find the pods", all(
            selector == labels for selector in
            [spec["selector"]["matchLabels"]] + [given["spec"]["selector"] for given in objects if given["kind"] == "Service"]))
        report.check(f"kubernetes: {name}: the account is the image's", pod["securityContext"]["runAsUser"] == 10001)
        report.check(f"kubernetes: {name}: a stop has longer than the drain", pod["terminationGracePeriodSeconds"] > 30)
        report.check(f"kubernetes: {name}: credentials come from the secret", {"secretRef": {"name": "syntha"}} in container["envFrom"])
        volumes = {volume["name"] for volume in pod["volumes"]} | {
            claim["metadata"]["name"] for claim in spec.get("volumeClaimTemplates", [])}
        report.equal(f"kubernetes: {name}: mounts and volumes agree", {mount["name"] for mount in container["volumeMounts"]}, volumes)
    report.equal("kubernetes: SQLite has one replica", spec_of(folder / "sqlite.yaml", "StatefulSet")["replicas"], 1)


def spec_of(file: Path, kind: str) -> dict:
    return next(given for given in yaml.safe_load_all(file.read_text()) if given["kind"] == kind)["spec"]


def _checked(report: Report, files: list[Path]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for result in _ask(files):
        name = Path(result["file"]).name
        kinds.setdefault(result["file"], []).append(result["kind"])
        report.check(f"kubernetes: {name}: {result['kind']} fits its schema", not result["fault"], result["fault"])
    return kinds


def _ask(files: list[Path]) -> list[dict[str, str]]:
    done = subprocess.run(["node", "check.mjs", *files], cwd=_CHECK, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)
