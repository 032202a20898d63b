"""ContextMesh: one user's shared context, in blocking calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from syntha._arguments import text_of
from syntha._calls.blocking import BlockingConnection
from syntha._calls.plan import Plan
from syntha._calls.settings import TokenProvider
from syntha._claims.blocking import Claim, ClaimLine
from syntha._claims.line import LinePlan
from syntha._live.blocking import EventStream
from syntha._live.options import SubscriptionPlan
from syntha._mesh.claiming import Claiming
from syntha._mesh.discovering import Discovering
from syntha._mesh.following import Following
from syntha._mesh.history import History
from syntha._mesh.opening import settings_of
from syntha._mesh.permissions import Permissions
from syntha._mesh.reading import Reading
from syntha._mesh.topics import Topics
from syntha._mesh.undoing import Undoing
from syntha._mesh.writing import Writing
from syntha.claims import ClaimState

if TYPE_CHECKING:
    from syntha.tools import ToolHandler

R = TypeVar("R")


class ContextMesh(
    Writing, Reading, History, Undoing, Claiming[Claim, ClaimLine], Topics, Permissions, Discovering, Following[EventStream]
):
    """One user's shared context: keys with JSON values, routed by topic, by agent name or to all. Users never see each other.

    user_id: the user. Default: the environment's SYNTHA_USER_ID. server: `host:port` or `http://host:port`, or `https://host:port` for TLS.
    Default: SYNTHA_SERVER, or 127.0.0.1:50051. api_key: an API key or a token. Default: SYNTHA_API_KEY, or none. timeout: seconds for a
    call with its retries. None: no limit. max_attempts: how often a call is tried, 1 to 1,000, while there is no answer of the server or it
    says UNAVAILABLE. A call that came too often (RATE_LIMITED) is made again when the server says, within timeout; that is no attempt.
    With max_attempts=1 nothing is made again. The waits in between are random: below retry_delay seconds at first, and later below up to
    max_retry_delay. connect_timeout: seconds until a server must have spoken on a new connection. root_certificates: certificates of
    the authorities to trust under TLS, as PEM. None: gRPC's own. client_certificate, client_key: this program's certificate and key, as
    PEM, where the server asks for one. allow_credentials_without_tls: whether a credential may travel to an http:// address of another
    machine, where everyone on the way can read it.

    token_provider, in place of api_key: a function that gives a token. It is asked for each call and each stream. It should keep a token
    until that runs out. Several threads may call it at once, and its time does not count for timeout. An exception of it reaches the
    caller, also the caller of handle_tool_call. A stream whose token has run out goes on with the next one.

    Any other argument chose a database in the package that this one follows. It is ignored, and a warning says so once: the context is
    always stored, also with enable_persistence=False, and all meshes of the user share it.

    Thread-safe. Nothing is sent before the first call. Close it when it is no longer needed, or use `with`.
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
        connect_timeout: float = 5.0,
        client_certificate: bytes | None = None,
        client_key: bytes | None = None,
        allow_credentials_without_tls: bool = False,
        **database: Any,
    ) -> None:
        self._connection = BlockingConnection(
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
        from syntha.tools import ToolHandler

        return ToolHandler(self, text_of(agent_name, "agent_name"))

    def close(self) -> None:
        """Ends the connections and their streams. The context stays: the server keeps it."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, plan: Plan[R]) -> R:
        return self._connection.run(plan)

    def _follow(self, plan: SubscriptionPlan) -> EventStream:
        return EventStream(self._connection, plan)

    def _hold(self, state: ClaimState, agent_name: str | None, asked: float | None) -> Claim:
        return Claim(self, state, agent_name=agent_name, _asked=asked)

    def _stand(self, plan: LinePlan, agent_name: str | None) -> ClaimLine:
        return ClaimLine(self, plan, agent_name)
