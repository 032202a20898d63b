"""What a server tells about itself."""

from __future__ import annotations

from dataclasses import dataclass, fields

from syntha.v1 import discovery_service_pb2 as wire

_FEATURE_PREFIX = "SERVER_FEATURE_"
_FEATURES = {number: name.removeprefix(_FEATURE_PREFIX) for name, number in wire.ServerFeature.items()}


@dataclass(frozen=True)
class ServerLimits:
    """What the server takes at most from every user. A user's own quota may be smaller."""

    max_key_bytes: int
    max_name_bytes: int
    """Of an agent's or a topic's name."""
    max_value_bytes: int
    """Of a value as JSON text."""
    max_metadata_bytes: int
    """Of an item's metadata."""
    max_message_bytes: int
    """Of one write, and of one answer or message of a stream."""
    max_topics_per_item: int
    """Of one item or of one agent."""
    max_subscribers_per_item: int
    """That one item names."""
    max_items_per_write: int
    """Of one push_many."""
    max_keys_per_read: int
    """Of one get_items."""
    max_claims: int
    """That a user's callers hold at the same time. 0: the server has no claims."""
    max_waiting_per_claim: int
    """Callers in one line."""


@dataclass(frozen=True)
class ServerInfo:
    """A server's version, the features that are switched on, and its limits."""

    version: str
    features: tuple[str, ...]
    """Of `AUTHENTICATION`, `TLS`, `AUDIT`, `ENCRYPTION`, `CLAIMS`. A feature of a newer server is its number as text."""
    limits: ServerLimits

    @staticmethod
    def _from(response: wire.GetServerInfoResponse) -> ServerInfo:
        features = tuple(_FEATURES.get(feature, str(feature)) for feature in response.features)
        limits = {limit.name: getattr(response.limits, limit.name) for limit in fields(ServerLimits)}
        return ServerInfo(response.version, features, ServerLimits(**limits))
