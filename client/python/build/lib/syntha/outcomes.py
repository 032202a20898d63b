"""How agents' tasks went."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

from google.protobuf.duration_pb2 import Duration

from syntha._calls.plan import Plan, Rpc, operation, write
from syntha._mesh.requests import duration_of, json_of, notes_of, pages
from syntha._tools.access import Access
from syntha.items import moment_of
from syntha.v1 import context_mesh_pb2 as wire
from syntha.v1 import outcomes_pb2, tool_handler_pb2

if TYPE_CHECKING:
    from syntha.mesh import ContextMesh
    from syntha.tools import ToolHandler

R = TypeVar("R")

_MOST_OUTCOMES = 1_000


class Outcomes:
    context_mesh: Any

    @operation
    def log_outcome(
        self,
        agent_name: str,
        task_type: str,
        success: bool,
        duration: float | timedelta | None = None,
        input_data: Any = None,
        output_data: Any = None,
        error: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Plan[int]:
        """Notes how a task went, duration in seconds; returns the outcome's number. The newest 10,000 of a user are kept."""
        report = outcomes_pb2.OutcomeReport(
            task_type=task_type,
            success=success,
            duration=duration_of(duration),
            input_json=None if input_data is None else json_of(input_data),
            output_json=None if output_data is None else json_of(output_data),
            error=error,
            metadata_json=notes_of(metadata),
        )
        if isinstance(self.context_mesh, Access):
            yield from self.context_mesh._ready()
            own = tool_handler_pb2.ToolHandlerLogOutcomeRequest(agent_name=agent_name, report=report)
            response = yield write("ToolHandler/LogOutcome", own)
        else:
            response = yield write("ContextMesh/LogOutcome", wire.LogOutcomeRequest(agent_name=agent_name, report=report))
        return response.number

    @operation
    def get_outcomes(
        self,
        hours: float | None = None,
        agent_name: str | None = None,
        task_type: str | None = None,
        success: bool | None = None,
    ) -> Plan[list[dict[str, Any]]]:
        """Outcomes, the newest first, of the last hours (None: all), of an agent, of a type of task, or only successes or failures."""
        request = wire.ListOutcomesRequest(
            agent_name=agent_name, task_type=task_type, max_age=_hours(hours), success=cast(bool, success), page_size=_MOST_OUTCOMES
        )
        return (yield from pages("ContextMesh/ListOutcomes", request, lambda page: map(_outcome_of, page.outcomes)))

    @operation
    def get_performance_metrics(
        self, hours: float | None = None, agent_name: str | None = None, task_type: str | None = None
    ) -> Plan[dict[str, Any]]:
        """total, succeeded, failed, success_rate, error_rate, average_duration (seconds; None where none is known), and the same
        by_task_type and by_agent."""
        request = wire.GetOutcomeMetricsRequest(agent_name=agent_name, task_type=task_type, max_age=_hours(hours))
        response = yield Rpc("ContextMesh/GetOutcomeMetrics", request)
        return {
            **_metrics_of(response.overall),
            "by_task_type": {named.name: _metrics_of(named.metrics) for named in response.by_task_type},
            "by_agent": {named.name: _metrics_of(named.metrics) for named in response.by_agent},
        }

    @operation
    def clear_outcomes(self, older_than_hours: float | None = None, agent_name: str | None = None) -> Plan[int]:
        """Removes outcomes for good: all, or those older than so many hours. Returns how many."""
        request = wire.ClearOutcomesRequest(agent_name=agent_name, min_age=_hours(older_than_hours))
        response = yield Rpc("ContextMesh/ClearOutcomes", request)
        return response.removed_outcomes


class OutcomeLogger(Outcomes):
    """Logs, lists and sums up the outcomes of one user's agents. context_mesh may be an agent's ToolHandler as well: it then logs in the
    agent's name, which is what a credential that is limited to one agent allows; all else is the owner's."""

    is_blocking = True

    def __init__(self, context_mesh: ContextMesh | ToolHandler) -> None:
        self.context_mesh = context_mesh

    def _run(self, plan: Plan[R]) -> R:
        return self.context_mesh._run(plan)


def _hours(hours: float | None) -> Duration | None:
    return None if hours is None else duration_of(timedelta(hours=hours))


def _seconds_of(message: Any, field: str) -> float | None:
    return getattr(message, field).ToTimedelta().total_seconds() if message.HasField(field) else None


def _json_of(report: outcomes_pb2.OutcomeReport, field: str) -> Any:
    return json.loads(getattr(report, field)) if report.HasField(field) else None


def _outcome_of(outcome: outcomes_pb2.Outcome) -> dict[str, Any]:
    report = outcome.report
    return {
        "number": outcome.number,
        "agent_name": outcome.agent_name,
        "time": moment_of(outcome.time),
        "task_type": report.task_type,
        "success": report.success,
        "duration": _seconds_of(report, "duration"),
        "input_data": _json_of(report, "input_json"),
        "output_data": _json_of(report, "output_json"),
        "error": report.error if report.HasField("error") else None,
        "metadata": _json_of(report, "metadata_json"),
    }


def _metrics_of(metrics: outcomes_pb2.OutcomeMetrics) -> dict[str, Any]:
    return {
        "total": metrics.total,
        "succeeded": metrics.succeeded,
        "failed": metrics.failed,
        "success_rate": metrics.success_rate,
        "error_rate": metrics.error_rate,
        "average_duration": _seconds_of(metrics, "average_duration"),
    }
