"""Outcomes with the server, under a user."""

from __future__ import annotations

import json
from typing import Any, cast

from google.protobuf.duration_pb2 import Duration

from syntha._arguments import json_of, number_of
from syntha._calls.plan import Plan, Rpc, write
from syntha._mesh.requests import duration_of, notes_of, pages
from syntha._outcomes.outcome import AgentOutcome
from syntha._tools.access import Access
from syntha.v1 import context_mesh_service_pb2 as wire
from syntha.v1 import outcome_pb2

_MOST_OUTCOMES = 1_000


class StoredOutcomes:
    """context_mesh: a mesh or a handler."""

    def __init__(self, context_mesh: Any) -> None:
        self._context_mesh = context_mesh

    def add(self, outcome: AgentOutcome) -> Plan[int]:
        report = outcome_pb2.OutcomeReport(
            task_type=outcome.task_type,
            success=outcome.success,
            duration=duration_of(outcome.duration_seconds, "duration_seconds"),
            input_json=None if outcome.input_context is None else json_of(outcome.input_context, "input_context"),
            output_json=None if outcome.output_data is None else json_of(outcome.output_data, "output_data"),
            error=outcome.error_message,
            metadata_json=notes_of(outcome.metadata),
        )
        request = wire.LogOutcomeRequest(agent=outcome.agent_name, report=report)
        if isinstance(self._context_mesh, Access):
            yield from self._context_mesh._ready()
            response = yield write("ToolHandler/LogOutcome", request)
        else:
            response = yield write("ContextMesh/LogOutcome", request)
        return response.number

    def find(self, hours: float | None, agent_name: str | None, task_type: str | None, success: bool | None) -> Plan[list[AgentOutcome]]:
        outcomes = _filter_of(agent_name, task_type, max_age=_hours(hours), success=success)
        request = wire.ListOutcomesRequest(filter=outcomes, page_size=_MOST_OUTCOMES)
        return (yield from pages("ContextMesh/ListOutcomes", request, lambda page: map(_outcome_of, page.outcomes)))

    def sum_up(self, hours: float | None, agent_name: str | None, task_type: str | None) -> Plan[dict[str, Any]]:
        request = wire.GetOutcomeMetricsRequest(filter=_filter_of(agent_name, task_type, max_age=_hours(hours)))
        response = yield Rpc("ContextMesh/GetOutcomeMetrics", request)
        return {
            **_metrics_of(response.overall),
            "by_task_type": {named.name: _metrics_of(named.metrics) for named in response.by_task_type},
            "by_agent": {named.name: _metrics_of(named.metrics) for named in response.by_agent},
        }

    def clear(self, older_than_hours: float | None, agent_name: str | None) -> Plan[int]:
        request = wire.ClearOutcomesRequest(filter=_filter_of(agent_name, min_age=_hours(older_than_hours)))
        response = yield Rpc("ContextMesh/ClearOutcomes", request)
        return response.removed_outcomes


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
    return None if hours is None else duration_of(number_of(hours, "hours") * 3600, "hours")


def _seconds_of(message: Any, field: str) -> float | None:
    return getattr(message, field).ToTimedelta().total_seconds() if message.HasField(field) else None


def _json_of(report: outcome_pb2.OutcomeReport, field: str) -> Any:
    return json.loads(getattr(report, field)) if report.HasField(field) else None


def _outcome_of(outcome: outcome_pb2.Outcome) -> AgentOutcome:
    report = outcome.report
    return AgentOutcome(
        timestamp=outcome.log_time.seconds + outcome.log_time.nanos / 1e9,
        agent_name=outcome.agent,
        task_type=report.task_type,
        success=report.success,
        duration_seconds=_seconds_of(report, "duration"),
        input_context=_json_of(report, "input_json"),
        output_data=_json_of(report, "output_json"),
        error_message=report.error if report.HasField("error") else None,
        metadata=_json_of(report, "metadata_json"),
        number=outcome.number,
    )


def _metrics_of(metrics: outcome_pb2.OutcomeMetrics) -> dict[str, Any]:
    return {
        "total": metrics.total,
        "succeeded": metrics.succeeded,
        "failed": metrics.failed,
        "success_rate": metrics.success_rate,
        "error_rate": metrics.error_rate,
        "average_duration": _seconds_of(metrics, "average_duration"),
    }
