"""Outcomes: how the tasks of agents went."""

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
from syntha.v1 import context_mesh_service_pb2 as wire
from syntha.v1 import outcome_pb2

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
        """Logs how a task went. duration: in seconds. Returns the outcome's number. The newest 10,000 outcomes of a user are kept."""
        report = outcome_pb2.OutcomeReport(
            task_type=task_type,
            success=success,
            duration=duration_of(duration),
            input_json=None if input_data is None else json_of(input_data),
            output_json=None if output_data is None else json_of(output_data),
            error=error,
            metadata_json=notes_of(metadata),
        )
        request = wire.LogOutcomeRequest(agent=agent_name, report=report)
        if isinstance(self.context_mesh, Access):
            yield from self.context_mesh._ready()
            response = yield write("ToolHandler/LogOutcome", request)
        else:
            response = yield write("ContextMesh/LogOutcome", request)
        return response.number

    @operation
    def get_outcomes(
        self,
        hours: float | None = None,
        agent_name: str | None = None,
        task_type: str | None = None,
        success: bool | None = None,
    ) -> Plan[list[dict[str, Any]]]:
        """Outcomes, the newest first. hours: only those of the last hours. None: of any age. success: only successes, or only failures."""
        outcomes = _filter_of(agent_name, task_type, max_age=_hours(hours), success=success)
        request = wire.ListOutcomesRequest(filter=outcomes, page_size=_MOST_OUTCOMES)
        return (yield from pages("ContextMesh/ListOutcomes", request, lambda page: map(_outcome_of, page.outcomes)))

    @operation
    def get_performance_metrics(
        self, hours: float | None = None, agent_name: str | None = None, task_type: str | None = None
    ) -> Plan[dict[str, Any]]:
        """total, succeeded, failed, success_rate, error_rate and average_duration (seconds, None where no outcome reports one). The same
        sums stand in by_task_type and by_agent."""
        request = wire.GetOutcomeMetricsRequest(filter=_filter_of(agent_name, task_type, max_age=_hours(hours)))
        response = yield Rpc("ContextMesh/GetOutcomeMetrics", request)
        return {
            **_metrics_of(response.overall),
            "by_task_type": {named.name: _metrics_of(named.metrics) for named in response.by_task_type},
            "by_agent": {named.name: _metrics_of(named.metrics) for named in response.by_agent},
        }

    @operation
    def clear_outcomes(self, older_than_hours: float | None = None, agent_name: str | None = None) -> Plan[int]:
        """Removes outcomes for good: all of them, or only those that are older than so many hours, or only an agent's. Returns how many.

        It is never repeated by itself: a second call would also remove outcomes that were logged in between."""
        request = wire.ClearOutcomesRequest(filter=_filter_of(agent_name, min_age=_hours(older_than_hours)))
        response = yield Rpc("ContextMesh/ClearOutcomes", request)
        return response.removed_outcomes


class OutcomeLogger(Outcomes):
    """Logs, lists and sums the outcomes of one user's agents.

    context_mesh may be an agent's ToolHandler: log_outcome is then the agent's call, which a credential that is limited to this agent
    allows. All other calls are the owner's."""

    is_blocking = True

    def __init__(self, context_mesh: ContextMesh | ToolHandler) -> None:
        self.context_mesh = context_mesh

    def _run(self, plan: Plan[R]) -> R:
        return self.context_mesh._run(plan)


def _filter_of(
    agent_name: str | None,
    task_type: str | None = None,
    max_age: Duration | None = None,
    min_age: Duration | None = None,
    success: bool | None = None,
) -> outcome_pb2.OutcomeFilter:
    return outcome_pb2.OutcomeFilter(
        agent=agent_name, task_type=task_type, max_age=max_age, min_age=min_age, success=cast(bool, success)
    )


def _hours(hours: float | None) -> Duration | None:
    return None if hours is None else duration_of(timedelta(hours=hours))


def _seconds_of(message: Any, field: str) -> float | None:
    return getattr(message, field).ToTimedelta().total_seconds() if message.HasField(field) else None


def _json_of(report: outcome_pb2.OutcomeReport, field: str) -> Any:
    return json.loads(getattr(report, field)) if report.HasField(field) else None


def _outcome_of(outcome: outcome_pb2.Outcome) -> dict[str, Any]:
    report = outcome.report
    return {
        "number": outcome.number,
        "agent_name": outcome.agent,
        "time": moment_of(outcome.log_time),
        "task_type": report.task_type,
        "success": report.success,
        "duration": _seconds_of(report, "duration"),
        "input_data": _json_of(report, "input_json"),
        "output_data": _json_of(report, "output_json"),
        "error": report.error if report.HasField("error") else None,
        "metadata": _json_of(report, "metadata_json"),
    }


def _metrics_of(metrics: outcome_pb2.OutcomeMetrics) -> dict[str, Any]:
    return {
        "total": metrics.total,
        "succeeded": metrics.succeeded,
        "failed": metrics.failed,
        "success_rate": metrics.success_rate,
        "error_rate": metrics.error_rate,
        "average_duration": _seconds_of(metrics, "average_duration"),
    }
