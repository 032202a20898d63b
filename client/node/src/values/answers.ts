import type { Position } from './position.js';

/** What a push is answered with. */
export interface PushReceipt {
  /** The position of the command; its revision is the item's. */
  readonly position: Position;
  /** Whether the `requestId` was known, and this is the first call's answer. */
  readonly replayed: boolean;
  /** The id under which it was written. */
  readonly requestId: string;
}

/** Counts of what a mesh holds. */
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
  /** Of the live items: key, value, metadata, routing and author, as UTF-8. */
  readonly totalBytes: number;
  readonly position: Position;
}

/** A topic, and who is subscribed to it. */
export interface ContextTopic {
  readonly name: string;
  /** In order of subscription. */
  readonly subscribers: readonly string[];
}

/** What came of taking topics from an agent. */
export interface UnsubscribeResult {
  readonly topicsUnsubscribed: readonly string[];
  readonly topicsNotSubscribed: readonly string[];
  readonly remainingTopics: readonly string[];
}
