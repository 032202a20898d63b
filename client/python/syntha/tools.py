"""ToolHandler: one agent's access to its user's mesh, in blocking calls. And the tools as functions, their definitions, and roles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from syntha._arguments import function_of, wrong_type
from syntha._calls.plan import Plan
from syntha._claims.blocking import Claim, ClaimLine
from syntha._claims.line import LinePlan
from syntha._live.blocking import EventStream, TopicSubscription
from syntha._live.options import SubscriptionPlan
from syntha._tools.access import Access
from syntha._tools.calling import Calling, create_hybrid_tool_handler
from syntha._tools.calls import (
    handle_delete_topic_call,
    handle_discover_topics_call,
    handle_get_context_call,
    handle_list_context_call,
    handle_push_context_call,
    handle_subscribe_to_topics_call,
    handle_unsubscribe_from_topics_call,
)
from syntha._tools.claiming import Claiming
from syntha._tools.direct import Direct
from syntha._tools.following import Following
from syntha._tools.frameworks import Frameworks
from syntha._tools.schemas import (
    get_all_tool_schemas,
    get_context_tool_schema,
    get_delete_topic_tool_schema,
    get_discover_topics_tool_schema,
    get_list_context_tool_schema,
    get_push_context_tool_schema,
    get_subscribe_to_topics_tool_schema,
    get_unsubscribe_from_topics_tool_schema,
    merge_tool_schemas,
)
from syntha.claims import ClaimState
from syntha.mesh import ContextMesh
from syntha.roles import (
    PREDEFINED_ROLES,
    RoleDefinition,
    create_multi_agent_handlers,
    create_restricted_handler,
    create_role_based_handler,
    get_role_info,
)

__all__ = [
    "PREDEFINED_ROLES",
    "ToolHandler",
    "create_hybrid_tool_handler",
    "create_multi_agent_handlers",
    "create_restricted_handler",
    "create_role_based_handler",
    "get_all_tool_schemas",
    "get_context_tool_schema",
    "get_delete_topic_tool_schema",
    "get_discover_topics_tool_schema",
    "get_list_context_tool_schema",
    "get_push_context_tool_schema",
    "get_role_info",
    "get_subscribe_to_topics_tool_schema",
    "get_unsubscribe_from_topics_tool_schema",
    "handle_delete_topic_call",
    "handle_discover_topics_call",
    "handle_get_context_call",
    "handle_list_context_call",
    "handle_push_context_call",
    "handle_subscribe_to_topics_call",
    "handle_unsubscribe_from_topics_call",
    "merge_tool_schemas",
]

R = TypeVar("R")


class ToolHandler(Direct, Claiming[Claim, ClaimLine], Calling, Frameworks, Access, Following[EventStream]):
    """One agent's access to its user's mesh: tools for a model, and methods for a program. On every call the server decides what the agent
    may read, post and use.

    allowed_tools: None stands for all tools, an empty list for none. denied_tools wins over it. role_based_access: your own roles for
    set_agent_role, `{role: [tools]}` or `{role: {"description": …, "tools": […]}}`. Names that are no tools are left out, with a warning.
    The server stores allowed_tools and denied_tools before the first call, in place of what was stored for the agent. Where neither is
    given, nothing changes. Thread-safe. It lives as long as its mesh.
    """

    is_blocking = True

    def __init__(
        self,
        context_mesh: ContextMesh,
        agent_name: str | None = None,
        allowed_tools: Iterable[str] | None = None,
        denied_tools: Iterable[str] | None = None,
        role_based_access: Mapping[str, RoleDefinition] | None = None,
    ) -> None:
        if not getattr(context_mesh, "is_blocking", False):
            raise wrong_type("context_mesh", context_mesh, "a ContextMesh; one of syntha.aio has handlers of syntha.aio")
        super().__init__(agent_name, allowed_tools, denied_tools, role_based_access)
        self.context_mesh = context_mesh

    def subscribe_to_topic(self, topic: str, callback: Callable[[str, str, Any], object]) -> TopicSubscription:
        """Adds the topic to the agent's subscriptions, and calls `callback(topic, key, data)` for each change, in order, on a thread of its
        own. data is None when the key is gone. Returns once the server serves the subscription: the callback hears of everything that is
        pushed from then on. It goes on in the background, also after a broken connection, until it is closed."""
        function_of(callback, "callback")
        timeout = self.context_mesh._connection.settings.timeout
        return TopicSubscription(topic, callback, self.subscribe_to_topics([topic]), timeout)

    def _run(self, plan: Plan[R]) -> R:
        return self.context_mesh._run(plan)

    def _follow(self, plan: SubscriptionPlan) -> EventStream:
        self._run(self._ready())
        return self.context_mesh._follow(plan)

    def _hold(self, state: ClaimState, asked: float | None) -> Claim:
        return Claim(self, state, _asked=asked)

    def _stand(self, plan: LinePlan) -> ClaimLine:
        return ClaimLine(self, plan, None)
