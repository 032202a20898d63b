"""The scenarios of tests/conformance, by every client that Python can run."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from conformance.buf import Buf
from conformance.client import AsynchronousClient, Client
from conformance.http_door import HttpDoor, description
from conformance.running import Run, Runner
from conformance.scenarios import Scenario, all_scenarios, covering
from conformance.stubs import SERVICES, Stubs
from support.server import ROOT, Server

_RUNNERS: dict[str, Callable[[str], Runner]] = {"client": Client, "aio": AsynchronousClient, "stubs": Stubs}
_SCENARIOS = all_scenarios()
_SCENARIOS_FOR_BUF = covering(_SCENARIOS)
_BUFS_AT_ONCE = 4


def test_scenarios_call_every_method_that_clients_have() -> None:
    """A client's own method makes each call and gets an answer. A new method needs a scenario."""
    every = {f"{service.name}/{method.name}" for service in SERVICES.values() for method in service.methods}
    for scenarios in (_SCENARIOS, _SCENARIOS_FOR_BUF):
        steps = [step for scenario in scenarios for step in scenario.steps if "error" not in step and not step.get("wire")]
        assert {step["call"] for step in steps if "call" in step} == every


def by_scenario(scenarios: list[Scenario]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("scenario", scenarios, ids=lambda scenario: scenario.id)


@pytest.fixture(scope="module")
def buf_runs(server: Server) -> Iterator[dict[str, Future[None]]]:
    """
    Each of its calls is a process, and most of a process's time is its start. So several run at once, and only as many scenarios as hold
    every method, refusal and event. They show that buf curl can make the calls. The other clients show what the answers mean.
    """
    with ThreadPoolExecutor(_BUFS_AT_ONCE) as pool:
        yield {scenario.id: pool.submit(Run(scenario, Buf(server.address)).run) for scenario in _SCENARIOS_FOR_BUF}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("runner", _RUNNERS)
@by_scenario(_SCENARIOS)
def test_scenario_by_client(scenario: Scenario, runner: str, server: Server) -> None:
    Run(scenario, _RUNNERS[runner](server.address)).run()


@by_scenario(_SCENARIOS_FOR_BUF)
def test_scenario_by_buf_curl(scenario: Scenario, buf_runs: dict[str, Future[None]]) -> None:
    buf_runs[scenario.id].result()


@by_scenario(_SCENARIOS)
def test_scenario_through_http(scenario: Scenario, server: Server) -> None:
    Run(scenario, HttpDoor(server.address, server.http_address)).run()


@pytest.mark.last
def test_description_of_the_http_door_fits_its_traffic(server: Server, tmp_path: Path) -> None:
    """Everything that went through the door in these scenarios is as the door describes it. A validator of OpenAPI says so."""
    document, traffic = tmp_path / "document.json", tmp_path / "traffic.jsonl"
    document.write_text(json.dumps(description(server.http_address)), "utf-8")
    traffic.write_text("".join(json.dumps(exchange) + "\n" for exchange in HttpDoor.exchanges), "utf-8")
    done = subprocess.run(
        ["node", str(ROOT / "tests/node/openapi.mjs"), str(document), str(traffic)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.split()[0]) > 300, done.stdout
    # What the scenarios say over gRPC alone: methods that a tool or another path covers, guards that a commit carries, and names that a
    # path cannot carry.
    assert HttpDoor.over_grpc == {
        "ToolHandler/GetAccess", "ToolHandler/HasContext", "ToolHandler/ListTopics", "ToolHandler/UnsubscribeFromTopics",
        "ContextMesh/AwaitClaim", "ToolHandler/AwaitClaim",
        *(f"{method}: if_claim.name" for method in ("Push", "PushContext", "Patch", "PatchContext")),
        "Get: an empty key in a path", "GetContext: an empty agent in a path", "SubscribeToTopics: an empty agent in a path", "Tool 99",
    }
