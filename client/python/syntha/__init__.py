"""The client of the Syntha context server. AI agents of one user share JSON context under keys, routed by topic, by agent name or to all.

`syntha.aio` has the same for asyncio.
"""

from syntha._live.blocking import EventStream, TopicSubscription
from syntha._mesh.opening import SynthaDatabaseWarning
from syntha._mesh.writing import PushEntry
from syntha._tools.calling import create_hybrid_tool_handler
from syntha.access import AgentAccess
from syntha.errors import (
    FieldViolation,
    SynthaConflictError,
    SynthaError,
    SynthaFrameworkError,
    SynthaInvalidArgumentError,
    SynthaPermissionError,
    SynthaQuotaError,
    SynthaUnavailableError,
)
from syntha.events import ChangeKind, ContextChange, ContextEvent
from syntha.items import ContextItem, ContextTopic, Position, PostPermissions, PushReceipt
from syntha.mesh import ContextMesh
from syntha.outcomes import OutcomeLogger
from syntha.prompts import build_custom_prompt, build_message_prompt, build_system_prompt, inject_context_into_prompt
from syntha.roles import (
    PREDEFINED_ROLES,
    create_multi_agent_handlers,
    create_restricted_handler,
    create_role_based_handler,
    get_role_info,
)
from syntha.server import ServerInfo, ServerLimits
from syntha.tools import ToolHandler
from syntha.version import __version__

__all__ = [
    "PREDEFINED_ROLES",
    "AgentAccess",
    "ChangeKind",
    "ContextChange",
    "ContextEvent",
    "ContextItem",
    "ContextMesh",
    "ContextTopic",
    "EventStream",
    "FieldViolation",
    "OutcomeLogger",
    "Position",
    "PostPermissions",
    "PushEntry",
    "PushReceipt",
    "ServerInfo",
    "ServerLimits",
    "SynthaConflictError",
    "SynthaDatabaseWarning",
    "SynthaError",
    "SynthaFrameworkError",
    "SynthaInvalidArgumentError",
    "SynthaPermissionError",
    "SynthaQuotaError",
    "SynthaUnavailableError",
    "ToolHandler",
    "TopicSubscription",
    "__version__",
    "build_custom_prompt",
    "build_message_prompt",
    "build_system_prompt",
    "create_hybrid_tool_handler",
    "create_multi_agent_handlers",
    "create_restricted_handler",
    "create_role_based_handler",
    "get_role_info",
    "inject_context_into_prompt",
]
