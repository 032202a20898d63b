import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';

import type { ItemDifference as WireDifference, ItemVersion as WireVersion } from '../generated/syntha/v1/history_pb.js';
import { kindOfChange } from './context-change.js';
import type { ChangeKind } from './context-change.js';
import { ContextItem } from './context-item.js';
import { positionOf, wirePosition } from './position.js';
import type { Position } from './position.js';
import type { AgentCallSettings } from './requests.js';

/** Settings of a read of the owner's side. */
export interface ReadSettings extends AgentCallSettings {
  /**
   * A position or a time of the past: the read tells what the same caller could see then, under the routing and the subscriptions of then.
   * An agent needs the owner's permission (`AgentAccess.mayReadPast`). Default: now.
   */
  asOf?: Position | Date;
}

/** One change of a key, as its reader's stream would have told it. */
export interface ItemVersion {
  /** The position of the command that made the change. `asOf` takes it. */
  readonly position: Position;
  /** The change's place among the changes of that command, from 0. */
  readonly index: number;
  /** When the command was committed, by the store's clock. */
  readonly time: Date;
  readonly kind: ChangeKind;
  /** The agent that made the change. `undefined`: the owner or the server made it, or the item left the reader's view. */
  readonly author: string | undefined;
  /** The item as it was written, also when it has expired since: for `CREATED`, `UPDATED` and `ENTERED_VIEW`. */
  readonly item: ContextItem | undefined;
  /** Whether the value was redacted since. The item then has neither its value nor its metadata. */
  readonly redacted: boolean;
  /** For `REDACTED`: the revision of the version that lost its value. */
  readonly redactedRevision: number | undefined;
}

/** A key whose item is not the same at two positions. An item that was written again differs, even if its value is the same. */
export interface ItemDifference {
  readonly key: string;
  /** `CREATED`, `UPDATED` or `REMOVED`. A key that came into an agent's view counts as created, and one that left it as removed. */
  readonly kind: ChangeKind;
  /** The item at the first position. `undefined`: there is none. */
  readonly before: ContextItem | undefined;
  /** The item at the second position. `undefined`: there is none. */
  readonly after: ContextItem | undefined;
}

/** The moment of a read. `undefined`: now. */
export function pointOf({ asOf }: ReadSettings) {
  if (asOf === undefined || asOf === null) {
    return undefined;
  }
  return asOf instanceof Date
    ? { point: { case: 'asOfTime' as const, value: timestampFromDate(asOf) } }
    : { point: { case: 'asOfPosition' as const, value: wirePosition(asOf) } };
}

export function versionOf(wire: WireVersion): ItemVersion {
  return {
    position: positionOf(wire.position),
    index: wire.index,
    time: wire.commitTime ? timestampDate(wire.commitTime) : new Date(0),
    kind: kindOfChange(wire.kind),
    author: wire.author,
    item: wire.item && new ContextItem(wire.item),
    redacted: wire.redacted,
    redactedRevision: Number(wire.redactedRevision) || undefined,
  };
}

export function differenceOf({ key, kind, before, after }: WireDifference): ItemDifference {
  return {
    key,
    kind: kindOfChange(kind),
    before: before && new ContextItem(before),
    after: after && new ContextItem(after),
  };
}
