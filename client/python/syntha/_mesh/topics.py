"""Which agents are subscribed to which topics."""

from __future__ import annotations

from collections.abc import Iterable

from syntha._arguments import optional_text, some_names_of, text_of
from syntha._calls.plan import Plan, Rpc, operation, write
from syntha._mesh.requests import pages
from syntha.items import ContextTopic
from syntha.v1 import context_mesh_service_pb2 as wire

_MOST_TOPICS = 1_000


class Topics:
    @operation
    def register_agent_topics(self, agent_name: str, topics: Iterable[str]) -> Plan[list[str]]:
        """Sets the agent's topics. The list replaces the former one and keeps its order. Returns it without repeats."""
        request = wire.RegisterAgentTopicsRequest(agent=text_of(agent_name, "agent_name"), topics=some_names_of(topics, "topics"))
        response = yield write("ContextMesh/RegisterAgentTopics", request)
        return list(response.topics)

    @operation
    def unsubscribe_from_topics(self, agent_name: str, topics: Iterable[str]) -> Plan[list[str]]:
        """Takes topics from the agent's list. Topics that are not on it are ignored. Returns the topics that are left."""
        request = wire.UnsubscribeFromTopicsRequest(agent=text_of(agent_name, "agent_name"), topics=some_names_of(topics, "topics"))
        response = yield write("ContextMesh/UnsubscribeFromTopics", request)
        return list(response.topics)

    @operation
    def get_topics_for_agent(self, agent_name: str) -> Plan[list[str]]:
        """The agent's topics, in their order."""
        response = yield Rpc("ContextMesh/GetAgentTopics", wire.GetAgentTopicsRequest(agent=text_of(agent_name, "agent_name")))
        return list(response.topics)

    @operation
    def get_subscribers_for_topic(self, topic: str) -> Plan[list[str]]:
        """The agents that are subscribed to the topic, in the order in which they subscribed."""
        name = text_of(topic, "topic")
        topics = yield from _list_topics(None)
        return next((list(listed.subscribers) for listed in topics if listed.name == name), [])

    @operation
    def get_all_topics(self) -> Plan[list[str]]:
        """The topics that an agent is subscribed to or a live item carries, in byte order."""
        topics = yield from _list_topics(None)
        return [topic.name for topic in topics]

    @operation
    def list_topics(self, agent_name: str | None = None) -> Plan[list[ContextTopic]]:
        """The topics with their subscribers, in byte order. With an agent: the topics that exist for it."""
        return (yield from _list_topics(agent_name))

    @operation
    def delete_topic(self, topic: str, *, agent_name: str | None = None) -> Plan[int]:
        """Removes the topic from every subscription and item. Items with this topic alone are removed. Returns how many these were."""
        request = wire.DeleteTopicRequest(topic=text_of(topic, "topic"), as_agent=optional_text(agent_name, "agent_name"))
        response = yield write("ContextMesh/DeleteTopic", request)
        return response.removed_items


def _list_topics(agent_name: str | None) -> Plan[list[ContextTopic]]:
    request = wire.ListTopicsRequest(as_agent=optional_text(agent_name, "agent_name"), page_size=_MOST_TOPICS)
    return (yield from pages(
        "ContextMesh/ListTopics", request, lambda page: (ContextTopic(topic.name, tuple(topic.subscribers)) for topic in page.topics)
    ))
