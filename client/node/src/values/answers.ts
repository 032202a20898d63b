import type { OperationResult as WireResult } from '../generated/syntha/v1/commit_pb.js';
import type { GetStatsResponse } from '../generated/syntha/v1/context_mesh_service_pb.js';
import { claimOf } from './claims.js';
import type { ClaimState } from './claims.js';
import type { JsonValue } from './json.js';
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

/** What a patch has come to. Both members are `undefined` after a patch that is a list of operations or a merge. */
export interface PatchResult {
  /**
   * The new number after `increment`. The new length of the list after `append`, `prepend`, `add` and `subtract`. Integers beyond 2^53 are
   * rounded; `resultJson` has them exactly.
   */
  readonly result: JsonValue | undefined;
  /** The same as JSON text. */
  readonly resultJson: string | undefined;
}

/** The answer to a patch. */
export interface PatchReceipt extends PatchResult {
  /** The position of the command, or the mesh's when nothing was changed. */
  readonly position: Position;
  /** Whether the server knew the `requestId`, so that this is the first call's answer. */
  readonly replayed: boolean;
  /** The id that the patch carried. */
  readonly requestId: string;
}

/** The result of one operation of a commit. After all but patches, both members of `PatchResult` are `undefined`. */
export interface OperationResult extends PatchResult {
  /** For a removal: whether there was an item to remove. */
  readonly removed: boolean;
  /** For a claim: the claim with its token. `new Claim(mesh, claim)` renews and releases it. */
  readonly claim: ClaimState | undefined;
}

/** The answer to a commit. */
export interface CommitReceipt {
  /** The position of the command, or the mesh's when nothing was changed. Its revision is that of every item that was written. */
  readonly position: Position;
  /** Whether the server knew the `requestId`, so that this is the first call's answer. */
  readonly replayed: boolean;
  /** The id that the commit carried. */
  readonly requestId: string;
  /** One for each operation, in their order. */
  readonly results: readonly OperationResult[];
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

export function patchResultOf({ resultJson }: { readonly resultJson?: string }): PatchResult {
  return { result: resultJson === undefined ? undefined : (JSON.parse(resultJson) as JsonValue), resultJson };
}

export function operationResultOf(wire: WireResult): OperationResult {
  return { removed: wire.removed, claim: wire.claim && claimOf(wire.claim), ...patchResultOf(wire) };
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
