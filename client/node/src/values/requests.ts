import type { MessageInitShape } from '@bufbuild/protobuf';
import type { DurationSchema } from '@bufbuild/protobuf/wkt';

import type { PushManyEntrySchema } from '../generated/syntha/v1/context_mesh_pb.js';
import { wireText, wireTexts } from '../transport/wire-text.js';
import { jsonOf } from './json.js';

/** What every call takes. */
export interface CallSettings {
  /** Aborts the call: it throws the signal's reason. Whether a write took place is then unknown. */
  signal?: AbortSignal;
}

/** What every call of the owner's side takes. */
export interface AgentCallSettings extends CallSettings {
  /** Acts exactly as this agent: its view, its name as author, its permissions. Default: the owner. */
  agentName?: string;
}

/** What every write takes. */
export interface WriteSettings extends CallSettings {
  /**
   * A UUID that makes the write repeatable: a second one with the same id and content changes nothing and is answered like the first.
   * Default: a new one of version 7.
   */
  requestId?: string;
}

/** A write of the owner's side. */
export interface AgentWriteSettings extends WriteSettings, AgentCallSettings {}

/** Who an item is for, and how long it lives. */
export interface Routing {
  /** Agents subscribed to one of them may read the item. At most 1,000. */
  topics?: readonly string[];
  /** Agents that may read the item, besides those of the topics. At most 10,000. Without topics and subscribers every agent may. */
  subscribers?: readonly string[];
  /** Time to live from the commit, to the microsecond. Default: it never expires. Zero or negative: expired at once. */
  ttlSeconds?: number;
  /** Default: any. 0: the key must not exist. n: the item's revision must be n. */
  ifRevision?: number;
  /** Notes to keep with the item: a JSON object of at most 64 KiB. */
  metadata?: Readonly<Record<string, unknown>>;
}

/** One item of `pushMany`: with `value`, or with `valueJson`, its text as it is. */
export type PushEntry = Routing & { readonly key: string } & (
  | { readonly value: unknown; readonly valueJson?: undefined }
  | { readonly value?: undefined; readonly valueJson: string }
);

/** The fields that all pushes share. */
export function pushFields(key: string, json: string, routing: Routing) {
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

export function entryOf(entry: PushEntry): MessageInitShape<typeof PushManyEntrySchema> {
  return pushFields(entry.key, entry.valueJson ?? jsonOf(entry.value, 'value'), entry);
}

export function optionalRevision(revision: number | undefined): bigint | undefined {
  return revision === undefined ? undefined : BigInt(revision);
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
