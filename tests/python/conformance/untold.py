"""The members of answers that the client's methods do not return."""

from __future__ import annotations

_ITEMS_BUT_VALUES = frozenset(
    {f"items.{name}" for name in ("topics", "subscribers", "author", "revision", "updateTime", "expireTime", "metadataJson")}
)

# The holder of such a claim is the caller.
_HELD = frozenset({"replayed", "claim.holder", "claim.waiting", "claim.topics", "claim.subscribers"})

UNTOLD: dict[str, frozenset[str]] = {
    "ContextMesh/Get": frozenset({"position"}),
    "ContextMesh/GetMany": frozenset({"position", "remainingKeys"}),
    "ContextMesh/List": frozenset({"position"}),
    "ContextMesh/Remove": frozenset({"position", "replayed"}),
    "ContextMesh/Clear": frozenset({"position", "replayed"}),
    "ContextMesh/CleanupExpired": frozenset({"position", "replayed"}),
    "ContextMesh/GetStats": frozenset({"position"}),
    "ContextMesh/ListVersions": frozenset({"position"}),
    "ContextMesh/DiffPositions": frozenset({"position"}),
    "ContextMesh/RegisterAgentTopics": frozenset({"position", "replayed"}),
    "ContextMesh/UnsubscribeFromTopics": frozenset({"position", "replayed"}),
    "ContextMesh/GetAgentTopics": frozenset({"position"}),
    "ContextMesh/ListTopics": frozenset({"position"}),
    "ContextMesh/DeleteTopic": frozenset({"position", "replayed", "removedSubscribers"}),
    "ContextMesh/SetPostPermissions": frozenset({"position", "replayed"}),
    "ContextMesh/GetPostPermissions": frozenset({"position"}),
    "ContextMesh/SetAccess": frozenset({"position", "replayed"}),
    "ContextMesh/GetAccess": frozenset({"position", "availableTools", "unavailableTools"}),
    "ContextMesh/Claim": _HELD,
    "ContextMesh/RenewClaim": frozenset({"position", "replayed"}),
    "ContextMesh/ReleaseClaim": frozenset({"position", "replayed"}),
    "ContextMesh/HandOverClaim": frozenset({"replayed"}),
    "ContextMesh/LeaveClaim": frozenset({"position", "replayed"}),
    "ContextMesh/ListClaims": frozenset({"position"}),
    "ContextMesh/LogOutcome": frozenset({"replayed"}),
    "ToolHandler/GetContext": frozenset({"position"}),
    "ToolHandler/HasContext": frozenset({"position"}),
    "ToolHandler/RemoveContext": frozenset({"position", "replayed"}),
    "ToolHandler/ListContext": frozenset({"position"}) | _ITEMS_BUT_VALUES,
    "ToolHandler/ListTopics": frozenset({"position", "topics.subscribers"}),
    "ToolHandler/ClearContext": frozenset({"position", "replayed"}),
    "ToolHandler/UnsubscribeFromTopics": frozenset({"position", "replayed"}),
    "ToolHandler/Claim": _HELD,
    "ToolHandler/RenewClaim": frozenset({"position", "replayed"}),
    "ToolHandler/ReleaseClaim": frozenset({"position", "replayed"}),
    "ToolHandler/HandOverClaim": frozenset({"replayed"}),
    "ToolHandler/LeaveClaim": frozenset({"position", "replayed"}),
    "ToolHandler/ListClaims": frozenset({"position"}),
    "ToolHandler/CallTool": frozenset({"position", "replayed"}),
    "ToolHandler/ListTools": frozenset({"position", "tools.tool", "tools.description"}),
    "ToolHandler/GetAccess": frozenset({"position", "access.customRole.tools", "unavailableTools"}),
    "ToolHandler/LogOutcome": frozenset({"replayed"}),
}
