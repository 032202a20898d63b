import type { MessageInitShape } from '@bufbuild/protobuf';
import { durationMs } from '@bufbuild/protobuf/wkt';

import type { Changes, Established, Reset, SnapshotEnd, StreamStartSchema, SubscribeResponse } from '../generated/syntha/v1/stream_pb.js';
import { changeOf } from '../values/context-change.js';
import type { ContextChange } from '../values/context-change.js';
import { ContextItem } from '../values/context-item.js';
import { positionOf } from '../values/position.js';
import type { Position } from '../values/position.js';
import type { Committed, ContextEvent } from './events.js';
import type { SubscriptionStart } from './subscription-options.js';

/**
 * The place of a subscription. It turns the server's messages into events, and tells where the next stream has to start so that nothing
 * comes twice and nothing is left out. It moves with each event that is taken from it. An event that was received and not taken is received
 * again.
 */
export class StreamCursor {
  /** The longest time between two messages of the server. `undefined` until the server has told it. */
  heartbeatMs: number | undefined;
  // The changes of a revision that the server has begun and not finished.
  #pieces: ContextChange[] = [];
  #through: Position | undefined;
  #needsSnapshot: boolean;
  #wasEstablished = false;
  #wasReset = false;
  #epoch = '';

  constructor(start: SubscriptionStart) {
    this.#needsSnapshot = start === 'snapshot';
    this.#through = typeof start === 'object' ? start.after : undefined;
  }

  /** Where the next stream is to start. */
  get start(): MessageInitShape<typeof StreamStartSchema> {
    if (this.#needsSnapshot) {
      return { place: { case: 'snapshot', value: {} } };
    }
    const after = this.#through;
    return after === undefined
      ? { place: { case: 'now', value: {} } }
      : { place: { case: 'after', value: { epoch: after.epoch, revision: BigInt(after.revision) } } };
  }

  /** Whether the next stream is to register no topics: the server has registered them before, or was not asked to. */
  get resumes(): boolean {
    return this.#wasEstablished || this.#wasReset;
  }

  /** The stream has ended. A revision that it had begun and not finished is void. */
  disconnect(): void {
    this.#pieces = [];
    this.heartbeatMs = undefined;
  }

  /** Everything known is void. The next stream starts with a snapshot. */
  beginAnew(): void {
    this.#pieces = [];
    this.#through = undefined;
    this.#needsSnapshot = true;
    this.#wasReset = true;
  }

  *take({ message }: SubscribeResponse): Iterable<ContextEvent> {
    switch (message.case) {
      case 'established':
        yield* this.#establish(message.value);
        break;
      case 'changes':
        yield* this.#change(message.value);
        break;
      case 'progress':
        yield this.#reach({ type: 'progress', through: positionOf(message.value.through) });
        break;
      case 'reset':
        yield* this.#reset(message.value);
        break;
      case 'snapshotChunk':
        yield { type: 'snapshotItems', items: message.value.items.map((item) => new ContextItem(item)), through: undefined };
        break;
      case 'snapshotEnd':
        yield this.#complete(message.value);
        break;
      default:
        yield { type: 'unknown', through: undefined };
    }
  }

  *#establish(wire: Established): Iterable<ContextEvent> {
    const position = positionOf(wire.position);
    const isReconnected = this.resumes;
    const isSnapshotAhead = this.#needsSnapshot;
    this.#epoch = position.epoch;
    this.heartbeatMs = wire.heartbeat ? durationMs(wire.heartbeat) : 0;
    this.#wasEstablished = true;
    if (!isSnapshotAhead) {
      this.#through ??= position;
    }

    yield {
      type: 'established',
      position,
      oldestRevision: Number(wire.oldestRevision),
      heartbeatMs: this.heartbeatMs,
      isSnapshotAhead,
      isReconnected,
      through: isSnapshotAhead ? undefined : position,
    };
    if (isSnapshotAhead) {
      yield { type: 'snapshotStarted', position, through: undefined };
    }
  }

  *#change(wire: Changes): Iterable<ContextEvent> {
    for (const change of wire.changes) {
      const begun = this.#pieces[0]?.revision;
      if (begun !== undefined && begun !== Number(change.revision)) {
        yield this.#join(begun, { epoch: this.#epoch, revision: begun });
      }
      this.#pieces.push(changeOf(change));
    }

    if (wire.revisionContinues) {
      return;
    }
    const last = this.#pieces[0]?.revision;
    if (last !== undefined) {
      yield this.#join(last, wire.through ? positionOf(wire.through) : { epoch: this.#epoch, revision: last });
    } else if (wire.through) {
      yield this.#reach({ type: 'progress', through: positionOf(wire.through) });
    } else {
      yield { type: 'unknown', through: undefined };
    }
  }

  *#reset(wire: Reset): Iterable<ContextEvent> {
    this.beginAnew();
    yield { type: 'reset', reason: 'AUDIENCE_CHANGED', through: undefined };
    yield { type: 'snapshotStarted', position: positionOf(wire.position), through: undefined };
  }

  #complete(wire: SnapshotEnd): ContextEvent {
    this.#needsSnapshot = false;
    return this.#reach({ type: 'snapshotCompleted', through: positionOf(wire.position) });
  }

  #join(revision: number, through: Position): Committed {
    const changes = this.#pieces;
    this.#pieces = [];
    return this.#reach({ type: 'committed', revision, changes, through });
  }

  #reach<T extends ContextEvent & { through: Position }>(event: T): T {
    this.#through = event.through;
    this.#epoch = event.through.epoch;
    return event;
  }
}
