"""The client of the Syntha context server. AI agents of one user share JSON context under keys, routed by topic, by agent name or to all.

`syntha.aio` has the same for asyncio.
"""

from syntha._claims.blocking import Claim, ClaimLine
from syntha._live.blocking import EventStream, TopicSubscription
from syntha._warning import SynthaDatabaseWarning
from syntha.access import AgentAccess
from syntha.claims import ClaimState, ClaimWaiting, FencingToken
from syntha.commits import (
    ClaimEntry,
    CommitReceipt,
    OperationResult,
    PatchEntry,
    PushEntry,
    ReleaseEntry,
    RemoveEntry,
    TopicsEntry,
)
from syntha.events import ChangeKind, ContextChange, ContextEvent
from syntha.exceptions import (
    ErrorHandler,
    FieldViolation,
    SynthaClaimHeldError,
    SynthaClaimLostError,
    SynthaClosedError,
    SynthaConfigurationError,
    SynthaConflictError,
    SynthaConnectionError,
    SynthaContextError,
    SynthaError,
    SynthaFrameworkError,
    SynthaInvalidArgumentError,
    SynthaPerformanceError,
    SynthaPermissionError,
    SynthaPersistenceError,
    SynthaQuotaError,
    SynthaSecurityError,
    SynthaTimeoutError,
    SynthaToolError,
    SynthaTypeError,
    SynthaUnavailableError,
    SynthaValidationError,
    handle_syntha_error,
)
from syntha.framework_adapters import FRAMEWORK_ADAPTERS, create_framework_adapter, get_supported_frameworks
from syntha.history import ItemDifference, ItemVersion
from syntha.items import ContextItem, ContextTopic, Position, PostPermissions, PushReceipt
from syntha.logging import configure_logging, get_context_logger, get_logger, get_performance_logger, get_security_logger
from syntha.mesh import ContextMesh
from syntha.patches import Patch, PatchReceipt
from syntha.persistence import DatabaseBackend, SQLiteBackend, create_database_backend
from syntha.prompts import build_custom_prompt, build_message_prompt, build_system_prompt, inject_context_into_prompt
from syntha.reports import OutcomeLogger
from syntha.server import ServerInfo, ServerLimits
from syntha.tool_factory import SynthaToolFactory, create_tool_factory
from syntha.tools import (
    PREDEFINED_ROLES,
    ToolHandler,
    create_hybrid_tool_handler,
    create_multi_agent_handlers,
    create_restricted_handler,
    create_role_based_handler,
    get_all_tool_schemas,
    get_role_info,
)
from syntha.undo import ObstacleKind, PlannedUndo, RedactReceipt, UndoObstacle, UndoPlan, UndoReceipt
from syntha.version import __version__

__all__ = [
    "FRAMEWORK_ADAPTERS",
    "PREDEFINED_ROLES",
    "AgentAccess",
    "ChangeKind",
    "Claim",
    "ClaimEntry",
    "ClaimLine",
    "ClaimState",
    "ClaimWaiting",
    "CommitReceipt",
    "ContextChange",
    "ContextEvent",
    "ContextItem",
    "ContextMesh",
    "ContextTopic",
    "DatabaseBackend",
    "ErrorHandler",
    "EventStream",
    "FencingToken",
    "FieldViolation",
    "ItemDifference",
    "ItemVersion",
    "ObstacleKind",
    "OperationResult",
    "OutcomeLogger",
    "Patch",
    "PatchEntry",
    "PatchReceipt",
    "PlannedUndo",
    "Position",
    "PostPermissions",
    "PushEntry",
    "PushReceipt",
    "RedactReceipt",
    "ReleaseEntry",
    "RemoveEntry",
    "SQLiteBackend",
    "ServerInfo",
    "ServerLimits",
    "SynthaClaimHeldError",
    "SynthaClaimLostError",
    "SynthaClosedError",
    "SynthaConfigurationError",
    "SynthaConflictError",
    "SynthaConnectionError",
    "SynthaContextError",
    "SynthaDatabaseWarning",
    "SynthaError",
    "SynthaFrameworkError",
    "SynthaInvalidArgumentError",
    "SynthaPerformanceError",
    "SynthaPermissionError",
    "SynthaPersistenceError",
    "SynthaQuotaError",
    "SynthaSecurityError",
    "SynthaTimeoutError",
    "SynthaToolError",
    "SynthaToolFactory",
    "SynthaTypeError",
    "SynthaUnavailableError",
    "SynthaValidationError",
    "ToolHandler",
    "TopicSubscription",
    "TopicsEntry",
    "UndoObstacle",
    "UndoPlan",
    "UndoReceipt",
    "__version__",
    "build_custom_prompt",
    "build_message_prompt",
    "build_system_prompt",
    "configure_logging",
    "create_database_backend",
    "create_framework_adapter",
    "create_hybrid_tool_handler",
    "create_multi_agent_handlers",
    "create_restricted_handler",
    "create_role_based_handler",
    "create_tool_factory",
    "get_all_tool_schemas",
    "get_context_logger",
    "get_logger",
    "get_performance_logger",
    "get_role_info",
    "get_security_logger",
    "get_supported_frameworks",
    "handle_syntha_error",
    "inject_context_into_prompt",
]
