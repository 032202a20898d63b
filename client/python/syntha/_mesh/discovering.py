"""Asking the server about itself."""

from __future__ import annotations

from syntha._calls.plan import Plan, Rpc, operation
from syntha.server import ServerInfo
from syntha.v1 import discovery_service_pb2 as wire


class Discovering:
    @operation
    def get_server_info(self) -> Plan[ServerInfo]:
        """The server's version, the features that are switched on, and its limits."""
        return ServerInfo._from((yield Rpc("Discovery/GetServerInfo", wire.GetServerInfoRequest())))
