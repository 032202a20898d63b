"""One outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass
class AgentOutcome:
    """How a task of an agent went."""

    timestamp: float
    """When it was logged, in seconds since 1970."""
    agent_name: str
    task_type: str
    success: bool
    duration_seconds: float | None = None
    input_context: Any = None
    output_data: Any = None
    error_message: str | None = None
    metadata: Any = None
    number: int | None = None
    """Its number among all outcomes that the user ever logged. None: it was not logged yet."""

    def to_dict(self) -> dict[str, Any]:
        """Its members by name."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> AgentOutcome:
        """From what to_dict returned."""
        return cls(**data)
