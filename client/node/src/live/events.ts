import type { SynthaError } from '../errors.js';
import type { ContextChange } from '../values/context-change.js';
import type { ContextItem } from '../values/context-item.js';
import type { Position } from '../values/position.js';

/** Why everything known of a view is void. */
export type ResetReason = 'AUDIENCE_CHANGED' | 'HISTORY_COMPACTED' | 'EPOCH_CHANGED' | 'REVISION_IN_FUTURE';

/** Why a connection is gone. */
export type InterruptionReason = 'FAILED' | 'ENDED' | 'SILENT' | 'SHUTTING_DOWN' | 'RELOADED' | 'READER_TOO_SLOW';

/**
 * An event of a subscription. A program that only wants changes looks at `committed`. A program that keeps a copy also looks at `reset` and
 * the snapshots. It may ignore all other events.
 *
 * `through` says how far the subscriber has got with this event, also counting changes that are not part of its view. Keep it, and give it
 * to `start: { after }` to go on there: nothing then comes twice, and nothing is skipped. `undefined`: the subscriber cannot go on at this
 * event. Keep the position before.
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

/** The server serves the subscription. It comes at the start, and again after each interruption. */
export interface Established {
  readonly type: 'established';
  /** Changes after this position will be delivered. So every push that is acknowledged from now on will be. */
  readonly position: Position;
  /** The lowest revision that the change log still has. A stream may resume after the revision before it. */
  readonly oldestRevision: number;
  /** The longest time between two messages of the server. */
  readonly heartbeatMs: number;
  /** Whether a snapshot comes first. The subscriber cannot go on at the position yet. */
  readonly isSnapshotAhead: boolean;
  /** Whether the subscription was served before. */
  readonly isReconnected: boolean;
  readonly through: Position | undefined;
}

/** One command with all its changes in this view. It is never a part of a command, and never two commands. */
export interface Committed {
  readonly type: 'committed';
  readonly revision: number;
  /** In their order, at least one. */
  readonly changes: readonly ContextChange[];
  readonly through: Position;
}

/** Nothing happened in this view up to here. It comes with every heartbeat of a quiet mesh. */
export interface Progress {
  readonly type: 'progress';
  readonly through: Position;
}

/** The changes have a gap here. Everything known of the view is void, and a snapshot of it follows. */
export interface Reset {
  readonly type: 'reset';
  readonly reason: ResetReason;
  readonly through: undefined;
}

/** A snapshot begins. A snapshot before it that did not complete, because the connection broke, is void. */
export interface SnapshotStarted {
  readonly type: 'snapshotStarted';
  readonly position: Position;
  readonly through: undefined;
}

/** A part of the snapshot: items in the byte order of their keys. The order goes on through all parts. */
export interface SnapshotItems {
  readonly type: 'snapshotItems';
  readonly items: readonly ContextItem[];
  readonly through: undefined;
}

/** The snapshot is complete. A key that it did not hold does not exist in this view. Changes after it follow. */
export interface SnapshotCompleted {
  readonly type: 'snapshotCompleted';
  readonly through: Position;
}

/** The connection is gone. The subscription connects again after the delay, and goes on where it was. */
export interface Interrupted {
  readonly type: 'interrupted';
  readonly reason: InterruptionReason;
  /** The failure that the server or the transport told. `undefined`: they told none. */
  readonly failure: SynthaError | undefined;
  /** The number of the attempt that follows, counted from 1 since the subscription last got further. */
  readonly attempt: number;
  readonly delayMs: number;
  readonly through: undefined;
}

/** A message of a newer server, which may be ignored. */
export interface Unknown {
  readonly type: 'unknown';
  readonly through: undefined;
}
