import type { GetStatsResponse } from '../generated/syntha/v1/context_mesh_service_pb.js';
import { positionOf } from './position.js';
import type { Position } from './position.js';

/** The answer to a push. */
export interface PushReceipt {
  /** The position of the command. Its revision is the item's. */
  readonly position: Position;
  /** Whether the server knew the `requestId`, so that this is the first call's answer. */
  readonly replayed: boolean;
  /** The id that the push carried. */
  readonly requestId: string;
}

/** Counts of the items, topics and agents of a mesh. */
export interface MeshStats {
  /** Live and expired items together. */
  readonly totalItems: number;
  readonly activeItems: number;
  /** Expired and not yet purged. No read returns them. */
  readonly expiredItems: number;
  /** Live items without routing. */
  readonly globalItems: number;
  /** Live items with topics or subscribers. */
  readonly privateItems: number;
  readonly totalTopics: number;
  readonly agentsWithTopics: number;
  /** Bytes of the live items: keys, values, metadata, routing and authors, as UTF-8. */
  readonly totalBytes: number;
  readonly position: Position;
}

/** A topic and its subscribers. */
export interface ContextTopic {
  readonly name: string;
  /** In the order in which they subscribed. */
  readonly subscribers: readonly string[];
}

/** The result of taking topics from an agent. */
export interface UnsubscribeResult {
  readonly topicsUnsubscribed: readonly string[];
  readonly topicsNotSubscribed: readonly string[];
  readonly remainingTopics: readonly string[];
}

export function statsOf({ stats, position }: GetStatsResponse): MeshStats {
  return {
    totalItems: Number(stats?.totalItems ?? 0n),
    activeItems: Number(stats?.activeItems ?? 0n),
    expiredItems: Number(stats?.expiredItems ?? 0n),
    globalItems: Number(stats?.globalItems ?? 0n),
    privateItems: Number(stats?.privateItems ?? 0n),
    totalTopics: Number(stats?.totalTopics ?? 0n),
    agentsWithTopics: Number(stats?.agentsWithTopics ?? 0n),
    totalBytes: Number(stats?.totalBytes ?? 0n),
    position: positionOf(position),
  };
}
