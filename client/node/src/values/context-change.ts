import { timestampDate } from '@bufbuild/protobuf/wkt';

import type { AgentState as WireAgentState } from '../generated/syntha/v1/agent_pb.js';
import { ChangeKind as WireKind } from '../generated/syntha/v1/stream_pb.js';
import type { Change } from '../generated/syntha/v1/stream_pb.js';
import { accessOf } from './agent-access.js';
import type { AgentAccess } from './agent-access.js';
import { claimOf } from './claims.js';
import type { ClaimState } from './claims.js';
import { ContextItem } from './context-item.js';
import { permissionsOf } from './post-permissions.js';
import type { PostPermissions } from './post-permissions.js';

/**
 * What happened to an item, seen from one view. `UNKNOWN` comes from a newer server and may be ignored. `REDACTED`: the value of a former
 * version of the key was removed from history, so forget it wherever it is kept; the present item stays as it is, and when it was redacted
 * as well, a `REMOVED` of the same revision comes before.
 */
export type ChangeKind = Exclude<keyof typeof WireKind, 'UNSPECIFIED'> | 'UNKNOWN';

/** What is stored about an agent. */
export interface AgentState {
  readonly topics: readonly string[];
  /** `undefined`: it may post anything. */
  readonly permissions: PostPermissions | undefined;
  /** `undefined`: it may use all tools. */
  readonly access: AgentAccess | undefined;
}

/** One change, as this subscriber sees it. */
export interface ContextChange {
  readonly kind: ChangeKind;
  /** The key; for `AGENT_CHANGED` the agent's name, for changes of a claim its name. */
  readonly key: string;
  /** The item after the change: for `CREATED`, `UPDATED` and `ENTERED_VIEW`. */
  readonly item: ContextItem | undefined;
  /** The agent after the change: for `AGENT_CHANGED`. */
  readonly agent: AgentState | undefined;
  /**
   * The claim after the change: for `CLAIMED`, `RENEWED`, `RELEASED` and `CLAIM_EXPIRED`. After the latter two it is free. When it goes to
   * the next one in line, a `CLAIMED` of the same revision follows.
   */
  readonly claim: ClaimState | undefined;
  /** For `REDACTED`: the revision of the version that lost its value. */
  readonly redactedRevision: number | undefined;
  /** Whether the key is no longer part of the view: `REMOVED`, `EXPIRED`, `LEFT_VIEW`. */
  readonly isGone: boolean;
  readonly revision: number;
  /** The change's place among the changes of its command, from 0. */
  readonly index: number;
  /** When the command was committed, by the store's clock. */
  readonly time: Date;
}

export function kindOfChange(wire: WireKind): ChangeKind {
  const name = WireKind[wire] as keyof typeof WireKind | undefined;
  return name === undefined || name === 'UNSPECIFIED' ? 'UNKNOWN' : name;
}

export function changeOf(wire: Change): ContextChange {
  const kind = kindOfChange(wire.kind);
  return {
    kind,
    key: wire.key,
    item: wire.item && new ContextItem(wire.item),
    agent: wire.agent && agentStateOf(wire.agent),
    claim: wire.claim && claimOf(wire.claim),
    redactedRevision: Number(wire.redactedRevision) || undefined,
    isGone: kind === 'REMOVED' || kind === 'EXPIRED' || kind === 'LEFT_VIEW',
    revision: Number(wire.revision),
    index: wire.index,
    time: wire.commitTime ? timestampDate(wire.commitTime) : new Date(0),
  };
}

export function agentStateOf({ topics, permissions, access }: WireAgentState): AgentState {
  return { topics, permissions: permissionsOf(permissions), access: accessOf(access) };
}
