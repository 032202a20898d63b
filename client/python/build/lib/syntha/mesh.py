"""ContextMesh: one user's shared context, in blocking calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from syntha._calls.blocking import BlockingConnection
from syntha._calls.plan import Plan
from syntha._calls.settings import TokenProvider
from syntha._live.blocking import EventStream
from syntha._live.options import SubscriptionPlan
from syntha._mesh.following import Following
from syntha._mesh.opening import settings_of
from syntha._mesh.reading import Reading
from syntha._mesh.topics import Topics
from syntha._mesh.writing import Writing

if TYPE_CHECKING:
    from syntha.tools import ToolHandler

R = TypeVar("R")


class ContextMesh(Writing, Reading, Topics, Following[EventStream]):
    """One user's shared context: keys with JSON values, routed by topic, by agent name or to all. Another user's is never seen.

    user_id: whose; else the environment's SYNTHA_USER_ID. server: `host:port`, or `https://host:port` for TLS; else SYNTHA_SERVER, else
    127.0.0.1:50051. api_key: an API key or a token; else SYNTHA_API_KEY, else none is sent. timeout: seconds for a call, retries
    included; None: no limit. max_attempts: tries of a call that is answered UNAVAILABLE, 1 to 5; the waits in between are random, below
    retry_delay seconds at first and up to max_retry_delay. root_certificates: what to trust under TLS, as PEM; None: gRPC's own.

    token_provider, instead of api_key: a function that gives a token. It is asked for each call, and whenever a stream is opened, so it
    should keep what it was given until that runs out; called by several threads at once, and not within timeout. What it raises reaches
    the caller, also of handle_tool_call. A stream whose token has run out goes on with the next one.

    Whatever else is given chose a database in the package that this one follows. It is ignored, and a warning says so once.

    Thread-safe. Nothing is sent before the first call. To be closed when it is no longer needed; `with` does it.
    """

    is_blocking = True

    def __init__(
        self,
        user_id: str | None = None,
        *,
        server: str | None = None,
        api_key: str | None = None,
        token_provider: TokenProvider | None = None,
        timeout: float | None = 30.0,
        max_attempts: int = 5,
        retry_delay: float = 0.2,
        max_retry_delay: float = 5.0,
        root_certificates: bytes | None = None,
        **database: Any,
    ) -> None:
        self._connection = BlockingConnection(
            settings_of(
                user_id, server, api_key, token_provider, timeout, max_attempts, retry_delay, max_retry_delay, root_certificates, database
            )
        )

    @property
    def user_id(self) -> str:
        return self._connection.settings.user_id

    def for_agent(self, agent_name: str) -> ToolHandler:
        """An agent's way into this mesh."""
        from syntha.tools import ToolHandler

        return ToolHandler(self, agent_name)

    def close(self) -> None:
        """Ends the connections, and the streams over them. The context stays: it is the server's."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, plan: Plan[R]) -> R:
        return self._connection.run(plan)

    def _follow(self, plan: SubscriptionPlan) -> EventStream:
        return EventStream(self._connection, plan)
