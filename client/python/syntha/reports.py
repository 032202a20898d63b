"""Outcomes: how the tasks of agents went."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from syntha._arguments import invalid, mapping_of, mesh_of, number_of, optional_text, text_of, truth_of
from syntha._calls.plan import Plan, operation, result_of
from syntha._outcomes.kept import KeptOutcomes
from syntha._outcomes.outcome import AgentOutcome
from syntha._outcomes.server import StoredOutcomes
from syntha._warning import SynthaDatabaseWarning, warn
from syntha.exceptions import SynthaConfigurationError, SynthaTypeError

if TYPE_CHECKING:
    from syntha.mesh import ContextMesh
    from syntha.tools import ToolHandler

__all__ = ["AgentOutcome", "OutcomeLogger"]

R = TypeVar("R")

# The words of programs that were written for the Python package. All but the first mean the server here.
_STORAGE_TYPES = ("memory", "file", "sqlite", "database")
_WHERE = {
    True: "The outcomes are kept in memory, and are gone with the process.",
    False: "The server stores the outcomes under the user. They are there at the next run, also with another path.",
}


class Outcomes:
    context_mesh: Any

    @operation
    def log_outcome(
        self,
        agent_name: str,
        task_type: str,
        success: bool,
        duration_seconds: float | timedelta | None = None,
        input_context: Any = None,
        output_data: Any = None,
        error_message: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Plan[int]:
        """Logs how a task went. input_context, output_data and metadata: JSON values. Returns the outcome's number. The newest 10,000
        outcomes of a user are kept."""
        seconds = duration_seconds.total_seconds() if isinstance(duration_seconds, timedelta) else duration_seconds
        outcome = AgentOutcome(
            time.time(),
            text_of(agent_name, "agent_name"),
            text_of(task_type, "task_type"),
            truth_of(success, "success"),
            None if seconds is None else number_of(seconds, "duration_seconds", "a number of seconds or a timedelta"),
            input_context,
            output_data,
            optional_text(error_message, "error_message"),
            None if metadata is None else dict(mapping_of(metadata, "metadata", "a mapping")),
        )
        return (yield from self._place().add(outcome))

    @operation
    def get_recent_outcomes(
        self,
        hours: float | None = 24,
        agent_name: str | None = None,
        task_type: str | None = None,
        *,
        success: bool | None = None,
    ) -> Plan[list[AgentOutcome]]:
        """Outcomes, the newest first. hours: only those of the last hours. None: of any age. success: only successes, or only failures."""
        agent, task = optional_text(agent_name, "agent_name"), optional_text(task_type, "task_type")
        return (yield from self._place().find(hours, agent, task, success))

    @operation
    def get_performance_metrics(
        self, hours: float | None = 24, agent_name: str | None = None, *, task_type: str | None = None
    ) -> Plan[dict[str, Any]]:
        """total, succeeded, failed, success_rate, error_rate and average_duration (seconds, None where no outcome reports one). The same
        sums stand in by_task_type and by_agent. hours: only outcomes of the last hours. None: of any age."""
        agent, task = optional_text(agent_name, "agent_name"), optional_text(task_type, "task_type")
        return (yield from self._place().sum_up(hours, agent, task))

    @operation
    def clear_outcomes(self, older_than_hours: float | None = None, *, agent_name: str | None = None) -> Plan[int]:
        """Removes outcomes for good: all of them, or only those that are older than so many hours, or only an agent's. Returns how many.

        It is never repeated by itself: a second call would also remove outcomes that were logged in between."""
        return (yield from self._place().clear(older_than_hours, optional_text(agent_name, "agent_name")))

    def _use(self, storage_type: str, paths: Mapping[str, Any], context_mesh: Any, open_mesh: Any) -> None:
        """Chooses the place of the outcomes."""
        if not isinstance(storage_type, str):
            by_name = "storage_type is a text. Pass the mesh by its name: OutcomeLogger(context_mesh=mesh)."
            raise SynthaTypeError(by_name, field="storage_type", value=storage_type)
        if storage_type not in _STORAGE_TYPES:
            known = ", ".join(_STORAGE_TYPES)
            raise invalid(f"Unknown storage type {storage_type!r}. Available: {known}.", "storage_type", storage_type)
        if given := [name for name, path in paths.items() if path is not None]:
            warn(
                f"{', '.join(given)}: no effect. {_WHERE[context_mesh is None and storage_type == 'memory']}",
                SynthaDatabaseWarning,
            )
        if context_mesh is not None:
            mesh_of(context_mesh)
        self._kept = KeptOutcomes() if context_mesh is None and storage_type == "memory" else None
        self.context_mesh = context_mesh
        if context_mesh is None and self._kept is None:
            try:
                self.context_mesh = open_mesh()
            except ValueError as refused:
                raise SynthaConfigurationError(
                    f"OutcomeLogger(storage_type={storage_type!r}) stores outcomes with the server, under a user. Pass context_mesh, or "
                    "set SYNTHA_USER_ID.",
                    "context_mesh",
                    cause=refused,
                ) from refused

    def _place(self) -> KeptOutcomes | StoredOutcomes:
        return self._kept or StoredOutcomes(self.context_mesh)


class OutcomeLogger(Outcomes):
    """Logs, lists and sums the outcomes of one user's agents.

    context_mesh: where they are stored. It may be an agent's ToolHandler: log_outcome is then the agent's call, which a credential that is
    limited to this agent allows. All other calls are the owner's.

    Without context_mesh, `storage_type="memory"` keeps them in this object, and they are gone with the process. The types `"file"`,
    `"sqlite"` and `"database"` store them with the server, in the name of the user in SYNTHA_USER_ID. file_path and db_path have no effect,
    and a warning says so: the server owns storage.
    """

    is_blocking = True

    def __init__(
        self,
        storage_type: str = "memory",
        file_path: str | None = None,
        db_path: str | None = None,
        *,
        context_mesh: ContextMesh | ToolHandler | None = None,
    ) -> None:
        from syntha.mesh import ContextMesh

        self._use(storage_type, {"file_path": file_path, "db_path": db_path}, context_mesh, ContextMesh)

    def _run(self, plan: Plan[R]) -> R:
        return result_of(plan) if self.context_mesh is None else self.context_mesh._run(plan)
