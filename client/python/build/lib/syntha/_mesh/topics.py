"""Who listens to what, and who may post where."""

from __future__ import annotations

from collections.abc import Iterable

from syntha._calls.plan import Plan, Rpc, operation, write
from syntha._mesh.requests import names_of, pages
from syntha.items import ContextTopic, PostPermissions
from syntha.v1 import context_mesh_pb2 as wire
from syntha.v1 import context_pb2

_MOST_TOPICS = 1_000


class Topics:
    @operation
    def register_agent_topics(self, agent_name: str, topics: Iterable[str]) -> Plan[list[str]]:
        """Sets the agent's topics: the list replaces the former one, in its order. Returns it without repeats."""
        request = wire.RegisterAgentTopicsRequest(agent_name=agent_name, topics=names_of(topics, "topics"))
        response = yield write("ContextMesh/RegisterAgentTopics", request)
        return list(response.topics)

    @operation
    def unsubscribe_from_topics(self, agent_name: str, topics: Iterable[str]) -> Plan[list[str]]:
        """Takes topics from the agent's list; those that are not on it are ignored. Returns what is left."""
        request = wire.UnsubscribeFromTopicsRequest(agent_name=agent_name, topics=names_of(topics, "topics"))
        response = yield write("ContextMesh/UnsubscribeFromTopics", request)
        return list(response.topics)

    @operation
    def get_topics_for_agent(self, agent_name: str) -> Plan[list[str]]:
        """The agent's topics, in their order."""
        response = yield Rpc("ContextMesh/GetAgentTopics", wire.GetAgentTopicsRequest(agent_name=agent_name))
        return list(response.topics)

    @operation
    def get_subscribers_for_topic(self, topic: str) -> Plan[list[str]]:
        """The agents that are subscribed to the topic, in order of subscription."""
        topics = yield from _list_topics(None)
        return next((list(listed.subscribers) for listed in topics if listed.name == topic), [])

    @operation
    def get_all_topics(self) -> Plan[list[str]]:
        """The topics that an agent is subscribed to or a live item carries, in byte order."""
        topics = yield from _list_topics(None)
        return [topic.name for topic in topics]

    @operation
    def list_topics(self, agent_name: str | None = None) -> Plan[list[ContextTopic]]:
        """The topics with their subscribers, in byte order; for an agent: those that exist for it."""
        return (yield from _list_topics(agent_name))

    @operation
    def delete_topic(self, topic: str, *, agent_name: str | None = None) -> Plan[int]:
        """Removes the topic from every subscription and every item. Items that had only this topic are removed: returns how many."""
        response = yield write("ContextMesh/DeleteTopic", wire.DeleteTopicRequest(topic=topic, agent_name=agent_name))
        return response.removed_items

    @operation
    def set_agent_post_permissions(
        self, agent_name: str, topics: Iterable[str] | None, *, may_post_global: bool = False, may_post_direct: bool = False
    ) -> Plan[None]:
        """Says what the agent may post; enforced by the server on every path. topics: an empty list allows none, None lifts all limits."""
        permissions = None if topics is None else context_pb2.PostPermissions(
            topics=names_of(topics, "topics"), may_post_global=may_post_global, may_post_direct=may_post_direct
        )
        yield write("ContextMesh/SetPostPermissions", wire.SetPostPermissionsRequest(agent_name=agent_name, permissions=permissions))

    @operation
    def get_agent_post_permissions(self, agent_name: str) -> Plan[list[str] | None]:
        """The topics that the agent may post to; None: there is no limit."""
        permissions = yield from _post_permissions(agent_name)
        return None if permissions is None else list(permissions.topics)

    @operation
    def get_post_permissions(self, agent_name: str) -> Plan[PostPermissions | None]:
        """What the agent may post, in full; None: there is no limit."""
        return (yield from _post_permissions(agent_name))

    @operation
    def can_agent_post_to_topic(self, agent_name: str, topic: str) -> Plan[bool]:
        """Whether the agent's permissions allow the topic."""
        permissions = yield from _post_permissions(agent_name)
        return permissions is None or topic in permissions.topics


def _list_topics(agent_name: str | None) -> Plan[list[ContextTopic]]:
    request = wire.ListTopicsRequest(agent_name=agent_name, page_size=_MOST_TOPICS)
    return (yield from pages(
        "ContextMesh/ListTopics", request, lambda page: (ContextTopic(topic.name, tuple(topic.subscribers)) for topic in page.topics)
    ))


def _post_permissions(agent_name: str) -> Plan[PostPermissions | None]:
    response = yield Rpc("ContextMesh/GetPostPermissions", wire.GetPostPermissionsRequest(agent_name=agent_name))
    return PostPermissions._from(response.permissions) if response.HasField("permissions") else None
