// The exports of both entries.
export type { AccessSummary } from './agents/access-control.js';
export type { Outcome, OutcomeFilter, OutcomeMetrics, OutcomeReport, OutcomeSummary } from './agents/outcomes.js';
export { buildCustomPrompt, buildMessagePrompt, buildSystemPrompt, injectContextIntoPrompt } from './agents/prompt-builders.js';
export type {
  CustomPrompt, InjectPrompt, MessagePrompt, OmissionReason, Prompt, PromptOptions, PromptSpec, SystemPrompt,
} from './agents/prompts.js';
export {
  createMultiAgentHandlers, createRestrictedHandler, createRoleBasedHandler, getRoleInfo, PREDEFINED_ROLES, RESTRICTION_LEVELS,
} from './agents/roles.js';
export type { AgentConfig, AllRoles, CustomRoles, RestrictionLevel, RoleInfo, RoleName } from './agents/roles.js';
export type { JsonObject, ToolDefinition, ToolDialect, ToolResult } from './agents/tools.js';
export { ClaimLine } from './claims/claim-line.js';
export type { AwaitClaimOptions } from './claims/claim-line.js';
export { Claim } from './claims/claim.js';
export type { LeaseOptions } from './claims/claim.js';
export { ContextMesh } from './context-mesh.js';
export type {
  ClaimOptions, CommitOptions, ListFilter, PatchOptions, PushManyOptions, PushOptions, RedactOptions, RemoveOptions,
} from './context-mesh.js';
export { SynthaError } from './errors.js';
export type { ErrorReason, FieldViolation, StatusName } from './errors.js';
export type {
  Committed, ContextEvent, Established, Interrupted, InterruptionReason, Progress, Reset, ResetReason, SnapshotCompleted, SnapshotItems,
  SnapshotStarted, Unknown,
} from './live/events.js';
export type { MeshSubscriptionOptions, SubscriptionOptions, SubscriptionStart } from './live/subscription-options.js';
export type { TopicListener } from './live/topic-callback.js';
export type { TopicSubscription } from './live/topic-subscription.js';
export type { SynthaClientOptions } from './options.js';
export { createHybridToolHandler, ToolHandler } from './tool-handler.js';
export type {
  AgentClaimOptions, AgentCommitOptions, AgentOptions, AgentPatchOptions, AgentPushOptions, AgentRemoveOptions, SchemaOptions,
} from './tool-handler.js';
export { ALL_TOOLS, TOOLS } from './values/agent-access.js';
export type { AgentAccess, ToolName } from './values/agent-access.js';
export type {
  CommitReceipt, ContextTopic, MeshStats, OperationResult, PatchReceipt, PatchResult, PushReceipt, UnsubscribeResult,
} from './values/answers.js';
export type {
  ClaimGuard, ClaimPages, ClaimProof, ClaimRouting, ClaimState, ClaimWaiting, FencingToken,
} from './values/claims.js';
export type { ClaimEntry, ClaimProofs, Guards, Operation, PatchEntry, RemoveEntry, TopicsEntry } from './values/commits.js';
export type { AgentState, ChangeKind, ContextChange } from './values/context-change.js';
export { ContextItem } from './values/context-item.js';
export type { ItemDifference, ItemVersion, ReadSettings } from './values/history.js';
export type { JsonValue } from './values/json.js';
export { Patch } from './values/patch.js';
export type { Position } from './values/position.js';
export type { PostPermissions } from './values/post-permissions.js';
export type {
  AgentCallSettings, AgentWriteSettings, CallSettings, PushEntry, Routing, WriteSettings,
} from './values/requests.js';
export type { ServerFeature, ServerInfo, ServerLimits } from './values/server-info.js';
export type {
  ObstacleKind, PlannedUndo, RedactedVersions, RedactReceipt, UndoObstacle, UndoOptions, UndoPages, UndoPlan, UndoReceipt, UndoScope,
} from './values/undo.js';
