"""The same for asyncio. Operations are coroutines, streams are asynchronous iterators."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Self, TypeVar

from syntha._arguments import function_of, text_of, wrong_type
from syntha._calls.asynchronous import AsynchronousConnection
from syntha._calls.plan import Plan, result_of
from syntha._calls.settings import AsynchronousTokenProvider
from syntha._claims.asynchronous import Claim, ClaimLine
from syntha._claims.line import LinePlan
from syntha._live.asynchronous import EventStream, TopicSubscription
from syntha._live.options import SubscriptionPlan
from syntha._mesh.claiming import Claiming as MeshClaiming
from syntha._mesh.discovering import Discovering
from syntha._mesh.following import Following as MeshFollowing
from syntha._mesh.history import History
from syntha._mesh.opening import settings_of
from syntha._mesh.permissions import Permissions
from syntha._mesh.reading import Reading
from syntha._mesh.topics import Topics
from syntha._mesh.undoing import Undoing
from syntha._mesh.writing import Writing
from syntha._tools.access import Access
from syntha._tools.calling import Calling
from syntha._tools.claiming import Claiming
from syntha._tools.direct import Direct
from syntha._tools.following import Following
from syntha._tools.frameworks import Frameworks
from syntha.claims import ClaimState
from syntha.reports import Outcomes
from syntha.roles import RoleDefinition

__all__ = ["Claim", "ClaimLine", "ContextMesh", "EventStream", "OutcomeLogger", "ToolHandler", "TopicSubscription"]

R = TypeVar("R")


class ContextMesh(
    Writing, Reading, History, Undoing, MeshClaiming[Claim, ClaimLine], Topics, Permissions, Discovering, MeshFollowing[EventStream]
):
    """One user's shared context. It takes the arguments of syntha.ContextMesh. token_provider may be a coroutine function.

    One event loop uses it. Close it by aclose, or by `async with`.
    """

    is_asynchronous = True

    def __init__(
        self,
        user_id: str | None = None,
        *,
        server: str | None = None,
        api_key: str | None = None,
        token_provider: AsynchronousTokenProvider | None = None,
        timeout: float | None = 30.0,
        max_attempts: int = 5,
        retry_delay: float = 0.2,
        max_retry_delay: float = 5.0,
        root_certificates: bytes | None = None,
        connect_timeout: float = 5.0,
        client_certificate: bytes | None = None,
        client_key: bytes | None = None,
        allow_credentials_without_tls: bool = False,
        **database: Any,
    ) -> None:
        self._connection = AsynchronousConnection(
            settings_of(
                user_id, server, api_key, token_provider, timeout, max_attempts, retry_delay, max_retry_delay, root_certificates,
                connect_timeout, client_certificate, client_key, allow_credentials_without_tls, database,
            )
        )

    @property
    def user_id(self) -> str:
        return self._connection.settings.user_id

    def for_agent(self, agent_name: str) -> ToolHandler:
        """A handler for one agent of this mesh."""
        return ToolHandler(self, text_of(agent_name, "agent_name"))

    async def aclose(self) -> None:
        """Ends the connections and their streams. The context stays: the server keeps it."""
        await self._connection.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _run(self, plan: Plan[R]) -> R:
        return await self._connection.run(plan)

    def _follow(self, plan: SubscriptionPlan) -> EventStream:
        return EventStream(self._connection, plan)

    def _hold(self, state: ClaimState, agent_name: str | None, asked: float | None) -> Claim:
        return Claim(self, state, agent_name=agent_name, _asked=asked)

    def _stand(self, plan: LinePlan, agent_name: str | None) -> ClaimLine:
        return ClaimLine(self, plan, agent_name)


class ToolHandler(Direct, Claiming[Claim, ClaimLine], Calling, Frameworks, Access, Following[EventStream]):
    """One agent's access to its user's mesh. It takes the arguments of syntha.ToolHandler."""

    is_asynchronous = True

    def __init__(
        self,
        context_mesh: ContextMesh,
        agent_name: str | None = None,
        allowed_tools: Iterable[str] | None = None,
        denied_tools: Iterable[str] | None = None,
        role_based_access: Mapping[str, RoleDefinition] | None = None,
    ) -> None:
        if not getattr(context_mesh, "is_asynchronous", False):
            raise wrong_type("context_mesh", context_mesh, "a ContextMesh of syntha.aio")
        super().__init__(agent_name, allowed_tools, denied_tools, role_based_access)
        self.context_mesh = context_mesh

    async def subscribe_to_topic(
        self, topic: str, callback: Callable[[str, str, Any], Awaitable[object] | object]
    ) -> TopicSubscription:
        """As syntha.ToolHandler.subscribe_to_topic. A task of its own calls the callback, which may be a coroutine function. Awaiting it
        returns once the server serves the subscription."""
        function_of(callback, "callback")
        timeout = self.context_mesh._connection.settings.timeout
        return await TopicSubscription(topic, callback, self.subscribe_to_topics([topic]))._settle(timeout)

    async def _run(self, plan: Plan[R]) -> R:
        return await self.context_mesh._run(plan)

    def _follow(self, plan: SubscriptionPlan) -> EventStream:
        return EventStream(self.context_mesh._connection, plan, lambda: self._run(self._ready()))

    def _hold(self, state: ClaimState, asked: float | None) -> Claim:
        return Claim(self, state, _asked=asked)

    def _stand(self, plan: LinePlan) -> ClaimLine:
        return ClaimLine(self, plan, None)


class OutcomeLogger(Outcomes):
    """Outcomes of agents' tasks. It takes the arguments of syntha.OutcomeLogger."""

    is_asynchronous = True

    def __init__(
        self,
        storage_type: str = "memory",
        file_path: str | None = None,
        db_path: str | None = None,
        *,
        context_mesh: ContextMesh | ToolHandler | None = None,
    ) -> None:
        self._use(storage_type, {"file_path": file_path, "db_path": db_path}, context_mesh, ContextMesh)

    async def _run(self, plan: Plan[R]) -> R:
        return result_of(plan) if self.context_mesh is None else await self.context_mesh._run(plan)
