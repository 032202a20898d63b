import type { MessageInitShape } from '@bufbuild/protobuf';
import { durationMs, timestampDate } from '@bufbuild/protobuf/wkt';

import type {
  Claim as WireClaim, ClaimParty, ClaimWaiting as WireWaiting, ClaimWriteSchema, FencingToken as WireToken, FencingTokenSchema,
} from '../generated/syntha/v1/claim_pb.js';
import { positionOf, wirePosition } from './position.js';
import type { Position } from './position.js';
import { optionalDuration } from './requests.js';
import { kindOf, wireText, wireTexts } from './wire-text.js';

/**
 * Proves that its bearer holds a claim. `ifClaim` takes it. A newer holder's token has a larger revision, so another system that keeps the
 * largest one it has seen can refuse an older holder as well.
 */
export interface FencingToken {
  /** The claim's name. */
  readonly name: string;
  /** The position of the command that gave the claim. */
  readonly position: Position;
}

/** What proves that the caller holds a claim: the `Claim` itself, or its token. */
export type ClaimProof = FencingToken | { readonly token: FencingToken };

/** A claim, as one caller sees it. */
export interface ClaimState {
  readonly name: string;
  /** Whether a caller holds it. Otherwise it is free. */
  readonly isHeld: boolean;
  /** The agent that holds it. `undefined`: the owner holds it, or it is free (`isHeld`). */
  readonly holder: string | undefined;
  /** `undefined`: the caller is neither its holder nor the owner, or it is free. */
  readonly token: FencingToken | undefined;
  /** The moment from which it is no longer held, unless its holder renews it. By the store's clock. `undefined`: it is free. */
  readonly expireTime: Date | undefined;
  /** How long it is held after it was given or renewed. `undefined`: it is free. */
  readonly leaseSeconds: number | undefined;
  /** The agents that wait for it, in the order of their arrival. `undefined` in the list stands for the owner. */
  readonly waiting: readonly (string | undefined)[];
  /** An agent that is subscribed to one of these topics sees the claim. Without topics and subscribers all agents see it. */
  readonly topics: readonly string[];
  /** The agents that see it besides. */
  readonly subscribers: readonly string[];
}

/** The caller waits in line for a claim. */
export interface ClaimWaiting {
  readonly type: 'waiting';
  /** The place in line. 1: the caller gets the claim next. */
  readonly place: number;
  readonly claim: ClaimState;
}

/** How long a claim lasts, and who sees it. */
export interface ClaimRouting {
  /** How long the claim is held unless it is renewed: 1 second to 24 hours. Default: 60 seconds. */
  leaseSeconds?: number;
  /** An agent that is subscribed to one of these topics sees the claim. At most 20. */
  topics?: readonly string[];
  /** Agents that see the claim besides those of the topics. At most 20. Without topics and subscribers all agents see it. */
  subscribers?: readonly string[];
}

/** A condition of a write on a claim. */
export interface ClaimGuard {
  /** A claim that the caller must hold still. Otherwise the write is `CLAIM_LOST`. */
  ifClaim?: ClaimProof;
}

/** Which claims to list, and how many at a time. */
export interface ClaimPages {
  /** Only names that begin with this text, taken literally. */
  namePrefix?: string;
  /** How many claims a page holds at most: 1 to 1,000. Default: 100. */
  pageSize?: number;
}

export function pagesOfClaims({ namePrefix = '', pageSize = 0 }: ClaimPages) {
  return { namePrefix: wireText(namePrefix, 'namePrefix'), pageSize };
}

export function claimOf(wire: WireClaim): ClaimState {
  return {
    name: wire.name,
    isHeld: wire.holder !== undefined,
    holder: wire.holder && partyOf(wire.holder),
    token: wire.token && tokenOf(wire.token),
    expireTime: wire.expireTime && timestampDate(wire.expireTime),
    leaseSeconds: wire.lease && durationMs(wire.lease) / 1000,
    waiting: wire.waiting.map(partyOf),
    topics: wire.topics,
    subscribers: wire.subscribers,
  };
}

export function waitingOf({ place, claim }: WireWaiting): ClaimWaiting | undefined {
  return claim && { type: 'waiting', place, claim: claimOf(claim) };
}

export function wireClaim(name: string, { leaseSeconds, topics, subscribers }: ClaimRouting): MessageInitShape<typeof ClaimWriteSchema> {
  return {
    name: wireText(name, 'name'),
    lease: optionalDuration(leaseSeconds, 'leaseSeconds'),
    topics: wireTexts(topics, 'topics'),
    subscribers: wireTexts(subscribers, 'subscribers'),
  };
}

/** @throws TypeError It is no claim. A guard must not be left out for a mistake. */
export function wireToken(proof: ClaimProof, name: string): MessageInitShape<typeof FencingTokenSchema> {
  const token = typeof proof === 'object' && proof !== null && 'token' in proof ? proof.token : proof;
  if (typeof token !== 'object' || token === null || typeof token.position !== 'object' || token.position === null) {
    throw new TypeError(`${name} is ${kindOf(proof)}. Give a claim that the caller holds, or its token.`);
  }
  return { name: wireText(token.name, `The name of ${name}`), position: wirePosition(token.position) };
}

export function optionalToken(proof: ClaimProof | undefined): MessageInitShape<typeof FencingTokenSchema> | undefined {
  return proof === undefined ? undefined : wireToken(proof, 'ifClaim');
}

function tokenOf({ name, position }: WireToken): FencingToken {
  return { name, position: positionOf(position) };
}

function partyOf({ agent }: ClaimParty): string | undefined {
  return agent;
}
