import { durationFromMs } from '@bufbuild/protobuf/wkt';
import type { MessageInitShape } from '@bufbuild/protobuf';

import { ChangeKind as WireKind } from '../generated/syntha/v1/stream_pb.js';
import type { StreamFilterSchema } from '../generated/syntha/v1/stream_pb.js';
import { isNoTime, LONGEST_MS } from '../options.js';
import type { CheckedOptions } from '../options.js';
import { optionalText, wireText } from '../transport/wire-text.js';
import type { ChangeKind } from '../values/context-change.js';
import type { Position } from '../values/position.js';

/**
 * Where a subscription starts: with what is committed from now on, with a snapshot of its view and what comes after it, or with what was
 * committed after a position that the subscriber has seen.
 */
export type SubscriptionStart = 'now' | 'snapshot' | { readonly after: Position };

/** What a subscription is about, and how it keeps its connection. All conditions must hold. */
export interface SubscriptionOptions {
  /** Only keys that begin with this text, taken literally. */
  keyPrefix?: string;
  /** Only keys that match this pattern, as in `ListFilter`. */
  keyGlob?: string;
  /** Only changes of these kinds; snapshots are not affected. Default: all. */
  kinds?: readonly Exclude<ChangeKind, 'UNKNOWN'>[];
  /** Whether to leave the values out. Default: no. */
  keysOnly?: boolean;
  /** Default: `'now'`. */
  start?: SubscriptionStart;
  /** How often the server says something at the least, in milliseconds: 1,000 to 60,000. Default: 15,000. */
  heartbeatMs?: number;
  /** As `SynthaClientOptions.retryDelayMs`, for the waits between connections. Default: the client's. */
  retryDelayMs?: number;
  /** As `SynthaClientOptions.maxRetryDelayMs`. Default: the client's. */
  maxRetryDelayMs?: number;
  /** Ends the subscription: the iterator throws the signal's reason. */
  signal?: AbortSignal;
}

/** What a subscription of the owner's side is about. */
export interface MeshSubscriptionOptions extends SubscriptionOptions {
  /** The agent whose view it is. Default: the owner's, which sees all. */
  agentName?: string;
  /** Only items that carry one of these topics. At most 1,000. Default: all. */
  topics?: readonly string[];
  /** Whether to deliver `AGENT_CHANGED` as well. Only for the owner's view. Default: no. */
  includeAgents?: boolean;
}

export const DEFAULT_HEARTBEAT_MS = 15_000;
const SHORTEST_HEARTBEAT_MS = 1_000;
const LONGEST_HEARTBEAT_MS = 60_000;

export function filterOf(options: SubscriptionOptions): MessageInitShape<typeof StreamFilterSchema> {
  return {
    keyPrefix: wireText(options.keyPrefix ?? '', 'keyPrefix'),
    keyGlob: optionalText(options.keyGlob, 'keyGlob'),
    kinds: options.kinds?.map((kind) => WireKind[kind]) ?? [],
    keysOnly: options.keysOnly ?? false,
  };
}

export function heartbeatOf({ heartbeatMs = DEFAULT_HEARTBEAT_MS }: SubscriptionOptions) {
  if (!(heartbeatMs >= SHORTEST_HEARTBEAT_MS && heartbeatMs <= LONGEST_HEARTBEAT_MS)) {
    throw new TypeError(`heartbeatMs is ${heartbeatMs}. Give ${SHORTEST_HEARTBEAT_MS} to ${LONGEST_HEARTBEAT_MS}.`);
  }
  return durationFromMs(heartbeatMs);
}

/** The bounds of the waits between connections, in milliseconds: the first one's, and the longest. */
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
