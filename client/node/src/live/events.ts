import type { SynthaError } from '../errors.js';
import type { ContextChange } from '../values/context-change.js';
import type { ContextItem } from '../values/context-item.js';
import type { Position } from '../values/position.js';

/** Why what was known of a view is void. */
export type ResetReason = 'AUDIENCE_CHANGED' | 'HISTORY_COMPACTED' | 'EPOCH_CHANGED' | 'REVISION_IN_FUTURE';

/** Why a connection is gone. */
export type InterruptionReason = 'FAILED' | 'ENDED' | 'SILENT' | 'SHUTTING_DOWN' | 'RELOADED' | 'READER_TOO_SLOW';

/**
 * What a subscription hands out. A program that only wants the news looks at `committed`; one that keeps a copy also heeds `reset` and
 * the snapshots; everything else may be ignored.
 *
 * `through` says how far the subscriber has got once it has dealt with the event, counting what is not part of its view: what to keep,
 * and to give to `start: { after }` in order to go on here, with nothing twice and nothing skipped. `undefined`: this event is not a place
 * to resume at; keep the one before.
 */
export type ContextEvent =
  | Established
  | Committed
  | Progress
  | Reset
  | SnapshotStarted
  | SnapshotItems
  | SnapshotCompleted
  | Interrupted
  | Unknown;

/** The server serves the subscription: at the start, and again after each interruption. */
export interface Established {
  readonly type: 'established';
  /** Changes after this position will be delivered, so also every push that is acknowledged from now on. */
  readonly position: Position;
  /** The lowest revision that the change log still has: where one can resume after, less one. */
  readonly oldestRevision: number;
  /** How often the server says something at the least. */
  readonly heartbeatMs: number;
  /** Whether a snapshot comes first; the position is then no place to resume at yet. */
  readonly isSnapshotAhead: boolean;
  /** Whether the subscription was served before, and goes on or begins anew here. */
  readonly isReconnected: boolean;
  readonly through: Position | undefined;
}

/** One command with all its changes in this view: never a part of it, and never two. */
export interface Committed {
  readonly type: 'committed';
  readonly revision: number;
  /** In their order, at least one. */
  readonly changes: readonly ContextChange[];
  readonly through: Position;
}

/** Nothing happened in this view up to here. Comes with every heartbeat of a quiet mesh. */
export interface Progress {
  readonly type: 'progress';
  readonly through: Position;
}

/** The changes are not continuous here: what was known of the view is void, and a snapshot of it follows. */
export interface Reset {
  readonly type: 'reset';
  readonly reason: ResetReason;
  readonly through: undefined;
}

/** A snapshot begins. One that did not complete before, because the connection broke, is void. */
export interface SnapshotStarted {
  readonly type: 'snapshotStarted';
  readonly position: Position;
  readonly through: undefined;
}

/** A part of the snapshot that has begun: items in the byte order of their keys, which goes on over all parts. */
export interface SnapshotItems {
  readonly type: 'snapshotItems';
  readonly items: readonly ContextItem[];
  readonly through: undefined;
}

/** The snapshot is complete: what it did not hold does not exist in this view. Changes after it follow. */
export interface SnapshotCompleted {
  readonly type: 'snapshotCompleted';
  readonly through: Position;
}

/** The connection is gone and is made anew after the delay; the subscription then goes on where it was. */
export interface Interrupted {
  readonly type: 'interrupted';
  readonly reason: InterruptionReason;
  /** What the server or the transport said; `undefined` when they said nothing. */
  readonly failure: SynthaError | undefined;
  /** Which attempt follows, counted from 1 since the subscription last got further. */
  readonly attempt: number;
  readonly delayMs: number;
  readonly through: undefined;
}

/** A newer server said something that this version does not know, and that may be ignored. */
export interface Unknown {
  readonly type: 'unknown';
  readonly through: undefined;
}
