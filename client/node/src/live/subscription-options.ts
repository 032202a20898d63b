import { durationFromMs } from '@bufbuild/protobuf/wkt';

import { ChangeKind as WireKind } from '../generated/syntha/v1/stream_pb.js';
import { isNoTime, LONGEST_MS } from '../options.js';
import type { CheckedOptions } from '../options.js';
import type { ChangeKind } from '../values/context-change.js';
import type { Position } from '../values/position.js';
import { filterOf, viewOf } from '../values/requests.js';

/**
 * Where a subscription starts: with the next commit, with a snapshot of its view, or with the first commit after a position that the
 * subscriber has seen.
 */
export type SubscriptionStart = 'now' | 'snapshot' | { readonly after: Position };

/** Which changes a subscription is about, and how it keeps its connection. All conditions must hold. */
export interface SubscriptionOptions {
  /** Only keys that begin with this text, taken literally. */
  keyPrefix?: string;
  /** Only keys that match this pattern, as in `ListFilter`. */
  keyGlob?: string;
  /** Only changes of these kinds. Snapshots are not affected. Default: all. */
  kinds?: readonly Exclude<ChangeKind, 'UNKNOWN'>[];
  /** Whether to leave the values out. Default: no. */
  keysOnly?: boolean;
  /**
   * Whether to deliver `CLAIMED`, `RENEWED`, `RELEASED` and `CLAIM_EXPIRED` as well, of the claims that the reader sees. A snapshot has no
   * claims: `listClaims` tells them. Default: no.
   */
  includeClaims?: boolean;
  /** Default: `'now'`. */
  start?: SubscriptionStart;
  /** The longest time between two messages of the server, in milliseconds: 1,000 to 60,000. Default: 15,000. */
  heartbeatMs?: number;
  /** Bounds the first wait between connections, as `SynthaClientOptions.retryDelayMs` does for calls. Default: the client's. */
  retryDelayMs?: number;
  /** Bounds the later waits, as `SynthaClientOptions.maxRetryDelayMs` does for calls. Default: the client's. */
  maxRetryDelayMs?: number;
  /** Ends the subscription. The iterator then throws the signal's reason. */
  signal?: AbortSignal;
}

/** Which changes a subscription of the owner's side is about. */
export interface MeshSubscriptionOptions extends SubscriptionOptions {
  /** Delivers this agent's view. Default: the owner's, who sees all. */
  agentName?: string;
  /** Only items that carry one of these topics. At most 1,000. Default: all. */
  topics?: readonly string[];
  /** Whether to deliver `AGENT_CHANGED` as well: subscriptions, permissions and access of all agents. Only for the owner. Default: no. */
  includeAgents?: boolean;
}

export const DEFAULT_HEARTBEAT_MS = 15_000;
const SHORTEST_HEARTBEAT_MS = 1_000;
const LONGEST_HEARTBEAT_MS = 60_000;

/** The fields that the requests of both services share. */
export function requestOf(options: SubscriptionOptions, topics: Iterable<string> | undefined) {
  return {
    filter: filterOf(options, topics),
    view: viewOf(options.keysOnly),
    kinds: options.kinds?.map((kind) => WireKind[kind]) ?? [],
    heartbeat: heartbeatOf(options),
    includeClaims: options.includeClaims ?? false,
  };
}

function heartbeatOf({ heartbeatMs = DEFAULT_HEARTBEAT_MS }: SubscriptionOptions) {
  if (!(heartbeatMs >= SHORTEST_HEARTBEAT_MS && heartbeatMs <= LONGEST_HEARTBEAT_MS)) {
    throw new TypeError(`heartbeatMs is ${heartbeatMs}. Give ${SHORTEST_HEARTBEAT_MS} to ${LONGEST_HEARTBEAT_MS}.`);
  }
  return durationFromMs(heartbeatMs);
}

/** The bounds of the waits between connections, in milliseconds: of the first wait, and of the longest. */
export function waitsOf(options: SubscriptionOptions, client: CheckedOptions): readonly [initial: number, longest: number] {
  const initial = options.retryDelayMs ?? client.retryDelayMs;
  const longest = options.maxRetryDelayMs ?? Math.max(client.maxRetryDelayMs, initial);
  if (isNoTime(initial)) {
    throw new TypeError(`retryDelayMs is ${initial}. Give a time above 0 and up to ${LONGEST_MS}.`);
  }
  if (isNoTime(longest) || longest < initial) {
    throw new TypeError(`maxRetryDelayMs is ${longest}. Give retryDelayMs, which is ${initial}, up to ${LONGEST_MS}.`);
  }
  return [initial, longest];
}
