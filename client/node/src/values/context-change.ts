import { timestampDate } from '@bufbuild/protobuf/wkt';

import type { AgentState as WireAgentState } from '../generated/syntha/v1/agent_pb.js';
import { ChangeKind as WireKind } from '../generated/syntha/v1/stream_pb.js';
import type { Change } from '../generated/syntha/v1/stream_pb.js';
import { accessOf } from './agent-access.js';
import type { AgentAccess } from './agent-access.js';
import { ContextItem } from './context-item.js';
import { permissionsOf } from './post-permissions.js';
import type { PostPermissions } from './post-permissions.js';

/** What happened to an item, seen from one view. `UNKNOWN` comes from a newer server and may be ignored. */
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
  /** The key; for `AGENT_CHANGED` the agent's name. */
  readonly key: string;
  /** The item after the change: for `CREATED`, `UPDATED` and `ENTERED_VIEW`. */
  readonly item: ContextItem | undefined;
  /** The agent after the change: for `AGENT_CHANGED`. */
  readonly agent: AgentState | undefined;
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
    agent: wire.agent && agentOf(wire.agent),
    isGone: kind === 'REMOVED' || kind === 'EXPIRED' || kind === 'LEFT_VIEW',
    revision: Number(wire.revision),
    index: wire.index,
    time: wire.commitTime ? timestampDate(wire.commitTime) : new Date(0),
  };
}

function agentOf({ topics, permissions, access }: WireAgentState): AgentState {
  return { topics, permissions: permissionsOf(permissions), access: accessOf(access) };
}
