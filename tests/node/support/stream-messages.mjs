// Short forms of a server's stream messages.
import { ChangeKind } from '../../../client/node/dist/generated/syntha/v1/stream_pb.js';

export const EPOCH = 'e1';

export function at(revision, epoch = EPOCH) {
  return { epoch, revision };
}

const wire = (revision, epoch = EPOCH) => ({ epoch, revision: BigInt(revision) });

export const established = (revision, { heartbeatSeconds = 15, epoch = EPOCH } = {}) => (
  { established: { position: wire(revision, epoch), oldestRevision: 1n, heartbeat: { seconds: BigInt(heartbeatSeconds) } } });
export const progress = (revision) => ({ progress: { through: wire(revision) } });
export const reset = (revision) => ({ reset: { position: wire(revision) } });
export const chunk = (...keys) => ({ snapshotChunk: { items: keys.map((key) => item(key, 1)) } });
export const snapshotEnd = (revision, epoch = EPOCH) => ({ snapshotEnd: { position: wire(revision, epoch) } });
export const ending = (reason) => ({ ending: { reason } });

/** @param through undefined: the last revision goes on in the next message. */
export function changes(through, ...made) {
  return { changes: { changes: made, through: through && wire(through), revisionContinues: through === undefined } };
}

export function created(revision, key, index = 0) {
  return { kind: ChangeKind.CREATED, revision: BigInt(revision), index, key, item: item(key, revision) };
}

export function item(key, revision) {
  return { key, revision: BigInt(revision), content: { case: 'valueJson', value: JSON.stringify(key) } };
}
