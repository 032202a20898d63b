"""OutcomeLogger, in memory and with the server: the same operations with the same results."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from support.server import Server

from syntha import ContextMesh, OutcomeLogger, SynthaDatabaseWarning, aio
from syntha.exceptions import SynthaConfigurationError, SynthaError, SynthaTypeError
from syntha.reports import AgentOutcome


@pytest.fixture(params=["memory", "server"])
def logger(request: pytest.FixtureRequest) -> OutcomeLogger:
    return OutcomeLogger() if request.param == "memory" else OutcomeLogger(context_mesh=request.getfixturevalue("mesh"))


def test_outcomes_are_listed_newest_first_and_as_asked(logger: OutcomeLogger) -> None:
    assert logger.log_outcome("A", "t", True, 1.5, {"in": 1}, [2], metadata={"m": 3}) == 1
    assert logger.log_outcome("B", "u", False, duration_seconds=0.5, error_message="why") == 2
    second, first = logger.get_recent_outcomes()

    assert (second.number, second.agent_name, second.success, second.error_message) == (2, "B", False, "why")
    assert (first.duration_seconds, first.input_context, first.output_data, first.metadata) == (1.5, {"in": 1}, [2], {"m": 3})
    assert AgentOutcome.from_dict(first.to_dict()) == first
    assert first.timestamp <= second.timestamp
    assert [one.number for one in logger.get_recent_outcomes(1, "A", "t")] == [1]
    assert [one.number for one in logger.get_recent_outcomes(None, success=False)] == [2]
    assert logger.get_recent_outcomes(agent_name="C") == []


def test_metrics_sum_up(logger: OutcomeLogger) -> None:
    assert logger.get_performance_metrics()["average_duration"] is None
    logger.log_outcome("A", "t", True, 1)
    logger.log_outcome("A", "u", False, 3)
    logger.log_outcome("B", "t", True)
    metrics = logger.get_performance_metrics(hours=24)
    of_b = {"total": 1, "succeeded": 1, "failed": 0, "success_rate": 1.0, "error_rate": 0.0, "average_duration": None}

    assert (metrics["total"], metrics["succeeded"], metrics["failed"], metrics["average_duration"]) == (3, 2, 1, 2.0)
    assert metrics["success_rate"] == pytest.approx(2 / 3) and metrics["error_rate"] == pytest.approx(1 / 3)
    assert metrics["by_agent"]["B"] == of_b
    assert {name: one["total"] for name, one in metrics["by_task_type"].items()} == {"t": 2, "u": 1}
    assert logger.get_performance_metrics(agent_name="B", task_type="t")["by_agent"] == {"B": of_b}


def test_clearing(logger: OutcomeLogger) -> None:
    for agent in "AAB":
        logger.log_outcome(agent, "t", True)

    assert logger.clear_outcomes(older_than_hours=1) == 0
    assert logger.clear_outcomes(agent_name="A") == 2
    assert logger.clear_outcomes() == 1


def test_what_is_kept_is_a_copy() -> None:
    logger, data = OutcomeLogger(), {"n": [1]}
    logger.log_outcome("A", "t", True, input_context=data)
    data["n"].append(2)
    logger.get_recent_outcomes()[0].input_context["n"].clear()

    assert logger.get_recent_outcomes()[0].input_context == {"n": [1]}


@pytest.mark.parametrize("package", [OutcomeLogger, aio.OutcomeLogger])
def test_storage_that_outlives_the_program_needs_a_user(monkeypatch: pytest.MonkeyPatch, package: Any) -> None:
    monkeypatch.delenv("SYNTHA_USER_ID", raising=False)
    with pytest.raises(SynthaConfigurationError, match="Pass context_mesh, or set SYNTHA_USER_ID") as caught:
        package(storage_type="file")

    assert caught.value.config_key == "context_mesh"


def test_mesh_is_passed_by_its_name(mesh: ContextMesh) -> None:
    with pytest.raises(TypeError, match=r"OutcomeLogger\(context_mesh=mesh\)"):
        OutcomeLogger(mesh)  # type: ignore[arg-type]


def test_storage_that_outlives_the_program_is_the_users(monkeypatch: pytest.MonkeyPatch, server: Server, user: str) -> None:
    monkeypatch.setenv("SYNTHA_USER_ID", user)
    monkeypatch.setenv("SYNTHA_SERVER", server.address)
    with pytest.warns(SynthaDatabaseWarning, match="file_path: no effect. The server stores the outcomes under the user") as warned:
        logger = OutcomeLogger("file", file_path="outcomes.json")
    assert warned[0].filename == __file__
    logger.log_outcome("A", "t", True)
    logger.context_mesh.close()

    with ContextMesh(user, server=server.address) as mesh:
        assert len(OutcomeLogger(context_mesh=mesh).get_recent_outcomes()) == 1


@pytest.mark.parametrize("package", [OutcomeLogger, aio.OutcomeLogger])
def test_storage_type_that_is_none_is_refused(package: Any) -> None:
    with pytest.raises(SynthaError, match="Unknown storage type 'cloud'. Available: memory, file, sqlite, database"):
        package(storage_type="cloud")


def test_path_of_outcomes_in_memory_is_told_to_have_no_effect() -> None:
    with pytest.warns(SynthaDatabaseWarning, match="db_path: no effect. The outcomes are kept in memory"):
        OutcomeLogger(db_path="outcomes.db")


@pytest.mark.parametrize(
    "arguments", [(None, "t", True), ("A", 5, True), ("A", "t", "yes"), ("A", "t", True, "5"), ("A", "t", True, 1.0, {"at": {1}})]
)
def test_outcome_that_is_none_is_refused(mesh: ContextMesh, arguments: Any) -> None:
    with pytest.raises(SynthaTypeError):
        OutcomeLogger(context_mesh=mesh).log_outcome(*arguments)


def test_in_memory_under_asyncio() -> None:
    async def main() -> None:
        logger = aio.OutcomeLogger()
        assert await logger.log_outcome("A", "t", True) == 1
        assert [one.agent_name for one in await logger.get_recent_outcomes()] == ["A"]

    asyncio.run(main())
