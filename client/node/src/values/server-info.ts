import { ServerFeature as WireFeature } from '../generated/syntha/v1/discovery_service_pb.js';
import type { GetServerInfoResponse } from '../generated/syntha/v1/discovery_service_pb.js';

/** A part of the server that configuration switches on or off. A newer server may name more of them, by number. */
export type ServerFeature = Exclude<keyof typeof WireFeature, 'UNSPECIFIED'>;

/** What the server takes at most from every user. A user's own quota may be smaller. */
export interface ServerLimits {
  readonly maxKeyBytes: number;
  /** Of an agent's or a topic's name. */
  readonly maxNameBytes: number;
  /** Of a value as JSON text. */
  readonly maxValueBytes: number;
  /** Of an item's metadata. */
  readonly maxMetadataBytes: number;
  /** Of one write, and of one answer or message of a stream. */
  readonly maxMessageBytes: number;
  /** Of one item or of one agent. */
  readonly maxTopicsPerItem: number;
  /** That one item names. */
  readonly maxSubscribersPerItem: number;
  /** Of one `pushMany`. */
  readonly maxItemsPerWrite: number;
  /** Of one read of `getMany`, which makes as many reads as it needs. */
  readonly maxKeysPerRead: number;
  /** That a user's callers hold at the same time. 0: the server has no claims. */
  readonly maxClaims: number;
  /** Callers in one line. */
  readonly maxWaitingPerClaim: number;
}

/** A server's version, the features that are switched on, and its limits. */
export interface ServerInfo {
  readonly version: string;
  readonly features: readonly ServerFeature[];
  readonly limits: ServerLimits;
}

export function serverInfoOf({ version, features, limits }: GetServerInfoResponse): ServerInfo {
  return {
    version,
    features: features.map((feature) => (WireFeature[feature] ?? String(feature)) as ServerFeature),
    limits: {
      maxKeyBytes: limits?.maxKeyBytes ?? 0,
      maxNameBytes: limits?.maxNameBytes ?? 0,
      maxValueBytes: limits?.maxValueBytes ?? 0,
      maxMetadataBytes: limits?.maxMetadataBytes ?? 0,
      maxMessageBytes: limits?.maxMessageBytes ?? 0,
      maxTopicsPerItem: limits?.maxTopicsPerItem ?? 0,
      maxSubscribersPerItem: limits?.maxSubscribersPerItem ?? 0,
      maxItemsPerWrite: limits?.maxItemsPerWrite ?? 0,
      maxKeysPerRead: limits?.maxKeysPerRead ?? 0,
      maxClaims: limits?.maxClaims ?? 0,
      maxWaitingPerClaim: limits?.maxWaitingPerClaim ?? 0,
    },
  };
}
