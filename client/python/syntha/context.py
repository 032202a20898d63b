"""ContextMesh, under the name of the module that programs for the Python package import it from."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from syntha.mesh import ContextMesh

__all__ = ["ContextItem", "ContextMesh"]


class ContextItem:
    """A value with its readers, in memory. It is no item of a mesh: ContextMesh.get_item returns those (syntha.items.ContextItem).

    subscribers: who reads it. None or empty: every agent. ttl: seconds to live from now. None: it never expires."""

    def __init__(self, value: Any, subscribers: Iterable[str] | None = None, ttl: float | None = None) -> None:
        self.value = value
        self.subscribers = list(subscribers or ())
        self.ttl = ttl
        self.created_at = time.time()

    def is_expired(self) -> bool:
        """Whether its time to live is over."""
        return self.ttl is not None and time.time() >= self.created_at + self.ttl

    def is_accessible_by(self, agent_name: str) -> bool:
        """Whether the agent is one of its readers. An expired item has none."""
        return not self.is_expired() and (not self.subscribers or agent_name in self.subscribers)
