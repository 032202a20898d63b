import type { MessageInitShape } from '@bufbuild/protobuf';
import type { DurationSchema } from '@bufbuild/protobuf/wkt';

import { ItemView } from '../generated/syntha/v1/item_pb.js';
import type { ItemFilterSchema, ItemWriteSchema } from '../generated/syntha/v1/item_pb.js';
import { jsonOf } from './json.js';
import { optionalText, wireText, wireTexts } from './wire-text.js';

/** Settings of every call. */
export interface CallSettings {
  /** Aborts the call, which then throws the signal's reason. The outcome of a write is unknown then. */
  signal?: AbortSignal;
}

/** Settings of every call of the owner's side. */
export interface AgentCallSettings extends CallSettings {
  /** The call acts as this agent: with its view, its name as author, and its permissions. Default: the owner. */
  agentName?: string;
}

/** Settings of every write. */
export interface WriteSettings extends CallSettings {
  /**
   * A UUID that makes the write repeatable. A second write with the same id and content changes nothing and returns the first answer.
   * Default: a new UUID of version 7.
   */
  requestId?: string;
}

/** Settings of every write of the owner's side. */
export interface AgentWriteSettings extends WriteSettings, AgentCallSettings {}

/** The readers of an item, and how long it lives. */
export interface Routing {
  /** An agent that is subscribed to one of these topics may read the item. At most 1,000. */
  topics?: readonly string[];
  /** Agents that may read the item besides those of the topics. At most 10,000. Without topics and subscribers every agent may. */
  subscribers?: readonly string[];
  /** Time to live, counted from the commit, to the microsecond. Default: the item never expires. Zero or negative: expired at once. */
  ttlSeconds?: number;
  /** Default: the item is written in any case. 0: the key must not exist. n: the item's revision must be n. */
  ifRevision?: number;
  /** Notes to keep with the item: a JSON object of at most 64 KiB. */
  metadata?: Readonly<Record<string, unknown>>;
}

/** One item of `pushMany`: with `value`, or with `valueJson`, which is kept as it is. */
export type PushEntry = Routing & { readonly key: string } & (
  | { readonly value: unknown; readonly valueJson?: undefined }
  | { readonly value?: undefined; readonly valueJson: string }
);

export function itemOf(key: string, json: string, routing: Routing): MessageInitShape<typeof ItemWriteSchema> {
  const { topics, subscribers, ttlSeconds, ifRevision, metadata } = routing;
  return {
    key: wireText(key, 'key'),
    content: { case: 'valueJson' as const, value: wireText(json, 'value') },
    topics: wireTexts(topics, 'topics'),
    subscribers: wireTexts(subscribers, 'subscribers'),
    ttl: optionalDuration(ttlSeconds, 'ttlSeconds'),
    ifRevision: optionalRevision(ifRevision),
    metadataJson: metadata === undefined ? undefined : jsonOf(metadata, 'metadata'),
  };
}

export function itemOfEntry(entry: PushEntry): MessageInitShape<typeof ItemWriteSchema> {
  return itemOf(entry.key, entry.valueJson ?? jsonOf(entry.value, 'value'), entry);
}

export function filterOf(
  { keyPrefix = '', keyGlob }: { keyPrefix?: string; keyGlob?: string }, topics: Iterable<string> | undefined,
): MessageInitShape<typeof ItemFilterSchema> {
  return {
    topics: wireTexts(topics, 'topics'),
    keyPrefix: wireText(keyPrefix, 'keyPrefix'),
    keyGlob: optionalText(keyGlob, 'keyGlob'),
  };
}

export function viewOf(keysOnly: boolean | undefined): ItemView {
  return keysOnly ? ItemView.KEYS : ItemView.JSON;
}

export function optionalRevision(revision: number | undefined): bigint | undefined {
  return revision === undefined ? undefined : revisionOf(revision, 'ifRevision');
}

export function revisionOf(revision: number, name: string): bigint {
  if (!(Number.isSafeInteger(revision) && revision >= 0)) {
    throw new TypeError(`${name} is ${String(revision)}. Give 0, or the revision of an item.`);
  }
  return BigInt(revision);
}

export function optionalDuration(seconds: number | undefined, name: string): MessageInitShape<typeof DurationSchema> | undefined {
  if (seconds === undefined) {
    return undefined;
  }
  if (!Number.isFinite(seconds)) {
    throw new TypeError(`${name} is ${seconds}. Give a finite number.`);
  }
  const micros = Math.round(seconds * 1e6);
  return { seconds: BigInt(Math.trunc(micros / 1e6)), nanos: (micros % 1e6) * 1000 };
}
