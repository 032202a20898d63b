"""What agents may post, and which tools they may use."""

from __future__ import annotations

from collections.abc import Iterable

from syntha._arguments import names_of, text_of, truth_of, wrong_type
from syntha._calls.plan import Plan, Rpc, operation, write
from syntha.access import AgentAccess, tool_names
from syntha.items import PostPermissions
from syntha.v1 import agent_pb2
from syntha.v1 import context_mesh_service_pb2 as wire


class Permissions:
    @operation
    def set_agent_post_permissions(
        self,
        agent_name: str,
        allowed_topics: Iterable[str] | None,
        *,
        may_post_global: bool = False,
        may_post_direct: bool = False,
    ) -> Plan[None]:
        """Sets what the agent may post. The server enforces it on every path. allowed_topics: an empty list allows none. None lifts all
        limits."""
        agent = text_of(agent_name, "agent_name")
        permissions = None if allowed_topics is None else agent_pb2.PostPermissions(
            topics=names_of(allowed_topics, "allowed_topics"),
            may_post_global=truth_of(may_post_global, "may_post_global"),
            may_post_direct=truth_of(may_post_direct, "may_post_direct"),
        )
        yield write("ContextMesh/SetPostPermissions", wire.SetPostPermissionsRequest(agent=agent, permissions=permissions))

    @operation
    def get_agent_post_permissions(self, agent_name: str) -> Plan[list[str] | None]:
        """The topics that the agent may post to. None: there is no limit."""
        permissions = yield from _post_permissions(agent_name)
        return None if permissions is None else list(permissions.topics)

    @operation
    def get_post_permissions(self, agent_name: str) -> Plan[PostPermissions | None]:
        """All that is stored about what the agent may post. None: there is no limit."""
        return (yield from _post_permissions(agent_name))

    @operation
    def can_agent_post_to_topic(self, agent_name: str, topic: str) -> Plan[bool]:
        """Whether the agent's permissions allow the topic."""
        name = text_of(topic, "topic")
        permissions = yield from _post_permissions(agent_name)
        return permissions is None or name in permissions.topics

    @operation
    def set_agent_access(self, agent_name: str, access: AgentAccess | None) -> Plan[list[str]]:
        """Sets which tools the agent may use, in place of what was stored. None: all of them. Returns the tools that it may use now."""
        if access is not None and not isinstance(access, AgentAccess):
            raise wrong_type("access", access, "an AgentAccess, or None to allow all tools")
        agent = text_of(agent_name, "agent_name")
        request = wire.SetAccessRequest(agent=agent, access=None if access is None else access._to_wire())
        response = yield write("ContextMesh/SetAccess", request)
        return tool_names(response.available_tools)

    @operation
    def get_agent_access(self, agent_name: str) -> Plan[AgentAccess | None]:
        """What is stored about the agent's tools. None: nothing, so the agent may use all of them."""
        response = yield Rpc("ContextMesh/GetAccess", wire.GetAccessRequest(agent=text_of(agent_name, "agent_name")))
        return AgentAccess._from(response.access) if response.HasField("access") else None


def _post_permissions(agent_name: str) -> Plan[PostPermissions | None]:
    request = wire.GetPostPermissionsRequest(agent=text_of(agent_name, "agent_name"))
    response = yield Rpc("ContextMesh/GetPostPermissions", request)
    return PostPermissions._from(response.permissions) if response.HasField("permissions") else None
