import type { DescMethodUnary, MessageInitShape } from '@bufbuild/protobuf';

import { UndoObstacleKind } from '../generated/syntha/v1/undo_pb.js';
import type {
  PlannedUndo as WireUndo, PlanUndoRequestSchema, PlanUndoResponseSchema, RedactRequestSchema, UndoObstacle as WireObstacle,
  UndoRequestSchema, UndoResponseSchema, UndoScopeSchema,
} from '../generated/syntha/v1/undo_pb.js';
import { listOf, pages } from '../transport/pages.js';
import type { UserCalls } from '../transport/user-calls.js';
import { agentStateOf, kindOfChange } from './context-change.js';
import type { AgentState, ChangeKind } from './context-change.js';
import { ContextItem } from './context-item.js';
import { positionOf, wirePosition } from './position.js';
import type { Position } from './position.js';
import { viewOf } from './requests.js';
import type { CallSettings, WriteSettings } from './requests.js';
import { kindOf, optionalText } from './wire-text.js';

const MOST_UNDOS_PER_PAGE = 1_000;

/** What to take back: one command, or all commands behind a position. */
export type UndoScope = (
  | { /** The position of the command. */ readonly command: Position; readonly after?: undefined; readonly through?: undefined }
  | {
    /** The position before the first command. Revision 0 is the beginning. */
    readonly after: Position;
    /** The position of the last command. Default: now. */
    readonly through?: Position;
    readonly command?: undefined;
  }
) & {
  /** Only what this agent wrote. Default: everything, and for an agent what it wrote itself. */
  readonly author?: string;
};

/** What keeps an undo from a key or an agent. `UNKNOWN` comes from a newer server. */
export type ObstacleKind = Exclude<keyof typeof UndoObstacleKind, 'UNSPECIFIED'> | 'UNKNOWN';

/** What keeps an undo from a key or an agent, which is left as it is. */
export interface UndoObstacle {
  /**
   * `BUILT_ON`: a command that the undo does not take back has changed it since. `REDACTED`: the value that would come back was redacted.
   * `NOT_ALLOWED`: the agent that asks may not do this.
   */
  readonly kind: ObstacleKind;
  /** For `BUILT_ON`: the revision of the first change behind those that are taken back. 0: the agent that asks could not see it. */
  readonly revision: number;
  /** For `BUILT_ON`: the agent that made this change. `undefined`: the owner, or the agent that asks could not see it. */
  readonly author: string | undefined;
}

/** What an undo does to one key or to one agent. */
export interface PlannedUndo {
  /** The key. For `AGENT_CHANGED` the agent's name. */
  readonly key: string;
  /**
   * `CREATED`: a removed item comes back. `UPDATED`: the item becomes what it was. `REMOVED`: it goes away. `AGENT_CHANGED`: the agent's
   * subscriptions, permissions and access become what they were. `undefined`: nothing happens.
   */
  readonly kind: ChangeKind | undefined;
  /** The item as of the plan. */
  readonly present: ContextItem | undefined;
  /** The item that comes back. Its revision and time tell which version it is; the undo gives it new ones. */
  readonly restored: ContextItem | undefined;
  /** For `AGENT_CHANGED`: the state that comes back. */
  readonly restoredAgent: AgentState | undefined;
  /** Why nothing happens, although there is something to take back. */
  readonly obstacle: UndoObstacle | undefined;
  /** Whether there was an item whose time to live has ended since. It does not come back. */
  readonly formerExpired: boolean;
}

/** What an undo would do. `undo` carries it out, as long as the mesh is as it was in what it would change. */
export interface UndoPlan {
  /** The position of the plan. */
  readonly position: Position;
  readonly scope: UndoScope;
  /** The agent that asked, and that undoes. `undefined`: the owner. */
  readonly agentName: string | undefined;
  /** Keys in byte order, and behind them agents in byte order. */
  readonly undos: readonly PlannedUndo[];
}

/** The answer to an undo. */
export interface UndoReceipt {
  /** The position of the command, or the mesh's when nothing was changed. Another undo takes it as `command`. */
  readonly position: Position;
  /** Whether the server knew the `requestId`, so that this is the first call's answer. */
  readonly replayed: boolean;
  /** The id that the undo carried. */
  readonly requestId: string;
  /** How many keys and agents became what they were. */
  readonly undone: number;
  /** How many were left alone for an obstacle. */
  readonly leftAlone: number;
}

/**
 * Which versions of a key: the one that the command of a position wrote, all up to a position, all but the present item (`'former'`), or
 * all (`'every'`), so that the present item is removed.
 */
export type RedactedVersions =
  | { readonly version: Position; readonly through?: undefined }
  | { readonly through: Position; readonly version?: undefined }
  | 'former'
  | 'every';

/** The answer to a redaction. */
export interface RedactReceipt {
  /** The position of the last command, or the mesh's when nothing was redacted. */
  readonly position: Position;
  /** Whether the server knew the `requestId`, so that this is the first call's answer. */
  readonly replayed: boolean;
  /** The id that the first command carried. */
  readonly requestId: string;
  /** How many versions have lost their value. Versions that were redacted before do not count. */
  readonly redactedVersions: number;
  /** Whether the present item was among them, so that it was removed. */
  readonly removed: boolean;
}

/** Options of an undo. */
export interface UndoOptions extends WriteSettings {
  /** Whether an obstacle refuses the whole undo, with `UNDO_BLOCKED`. Default: what has an obstacle is left alone. */
  allOrNothing?: boolean;
}

/** How much of a plan to read, and how much at a time. */
export interface UndoPages {
  /** Whether to leave the values out. Default: no. */
  keysOnly?: boolean;
  /** How many entries a call brings at most: 1 to 1,000. Default: 1,000. */
  pageSize?: number;
}

/** Reads all pages of a plan, which are of one position. */
export async function readPlan(
  calls: UserCalls,
  method: DescMethodUnary<typeof PlanUndoRequestSchema, typeof PlanUndoResponseSchema>,
  agentName: string | undefined,
  scope: UndoScope,
  { keysOnly, pageSize = MOST_UNDOS_PER_PAGE, ...settings }: UndoPages & CallSettings,
): Promise<UndoPlan> {
  const request = { asAgent: optionalText(agentName, 'agentName'), scope: wireScope(scope), view: viewOf(keysOnly), pageSize };
  let position: Position | undefined;
  const read = async (pageToken: string) => {
    const page = await calls.call(method, { ...request, pageToken }, settings);
    position = positionOf(page.position);
    return page;
  };
  const undos = await listOf(pages(read, (page) => page.undos.map(undoOf)));
  return { position: position!, scope: { ...scope }, agentName, undos };
}

/** Carries out a plan as the one who asked for it: as the owner it could take back more than the plan tells. */
export async function carryOut(
  calls: UserCalls,
  method: DescMethodUnary<typeof UndoRequestSchema, typeof UndoResponseSchema>,
  plan: UndoPlan,
  { allOrNothing = false, ...settings }: UndoOptions,
): Promise<UndoReceipt> {
  if (typeof plan !== 'object' || plan === null || plan.scope === undefined || plan.position === undefined) {
    throw new TypeError(`plan is ${kindOf(plan)}. Give the plan that planUndo or planUndoContext returned.`);
  }
  const request = {
    asAgent: optionalText(plan.agentName, 'agentName'),
    scope: wireScope(plan.scope),
    planPosition: wirePosition(plan.position),
    allOrNothing,
  };
  const requestId = settings.requestId ?? calls.newRequestId();
  const { position, replayed, undone, leftAlone } = await calls.call(method, request, { ...settings, requestId });
  return { position: positionOf(position), replayed, requestId, undone: Number(undone), leftAlone: Number(leftAlone) };
}

export function wireScope(scope: UndoScope): MessageInitShape<typeof UndoScopeSchema> {
  const { command, after, through, author } = scope;
  if ((command === undefined) === (after === undefined)) {
    throw new TypeError('Give command, the position of one command, or after, the position before the first of several.');
  }
  if (command !== undefined && through !== undefined) {
    throw new TypeError('through belongs to after. Give command alone.');
  }
  const commands: MessageInitShape<typeof UndoScopeSchema>['commands'] = command !== undefined
    ? { case: 'command', value: wirePosition(command) }
    : { case: 'range', value: { after: wirePosition(after!), through: through && wirePosition(through) } };
  return { commands, author: optionalText(author, 'author') };
}

export function undoOf(wire: WireUndo): PlannedUndo {
  return {
    key: wire.key,
    kind: wire.kind === 0 ? undefined : kindOfChange(wire.kind),
    present: wire.present && new ContextItem(wire.present),
    restored: wire.restored && new ContextItem(wire.restored),
    restoredAgent: wire.restoredAgent && agentStateOf(wire.restoredAgent),
    obstacle: wire.obstacle && obstacleOf(wire.obstacle),
    formerExpired: wire.formerExpired,
  };
}

export function wireVersions(versions: RedactedVersions): NonNullable<MessageInitShape<typeof RedactRequestSchema>['versions']> {
  if (versions === 'former') {
    return { case: 'former', value: {} };
  }
  if (versions === 'every') {
    return { case: 'every', value: {} };
  }
  if (typeof versions !== 'object' || versions === null || (versions.version === undefined) === (versions.through === undefined)) {
    const given = typeof versions === 'object' ? 'an object without one of the members version and through' : kindOf(versions);
    throw new TypeError(`versions is ${given}. Give { version }, { through }, 'former' or 'every'.`);
  }
  return versions.version !== undefined
    ? { case: 'version', value: wirePosition(versions.version) }
    : { case: 'through', value: wirePosition(versions.through!) };
}

function obstacleOf({ kind, revision, author }: WireObstacle): UndoObstacle {
  const name = UndoObstacleKind[kind] as keyof typeof UndoObstacleKind | undefined;
  return { kind: name === undefined || name === 'UNSPECIFIED' ? 'UNKNOWN' : name, revision: Number(revision), author };
}
