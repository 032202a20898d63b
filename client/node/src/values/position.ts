import type { Position as WirePosition } from '../generated/syntha/v1/item_pb.js';

/** A place in the history of a user's mesh. Positions of one epoch can be compared: the larger revision is the later one. */
export interface Position {
  /** Names one life of the store. Empty for a user that has no store yet. */
  readonly epoch: string;
  /** Number of commands committed so far. 0: an empty mesh. */
  readonly revision: number;
}

export function positionOf(wire: WirePosition | undefined): Position {
  return { epoch: wire?.epoch ?? '', revision: Number(wire?.revision ?? 0n) };
}

export function wirePosition({ epoch, revision }: Position) {
  return { epoch, revision: BigInt(revision) };
}
