import type { MessageInitShape } from '@bufbuild/protobuf';

import type { GuardSchema, ItemPatchSchema, OperationSchema } from '../generated/syntha/v1/commit_pb.js';
import { wireClaim, wireToken } from './claims.js';
import type { ClaimProof, ClaimRouting } from './claims.js';
import { Patch } from './patch.js';
import { itemOfEntry, optionalRevision, revisionOf } from './requests.js';
import type { PushEntry } from './requests.js';
import { kindOf, wireText, wireTexts } from './wire-text.js';

/** A patch of a commit. */
export interface PatchEntry {
  readonly key: string;
  readonly patch: Patch;
  /** Default: the present value is changed, whichever it is. n: the item's revision must be n. */
  readonly ifRevision?: number;
}

/** A removal of a commit. A key without an item that the caller can read is no error. */
export interface RemoveEntry {
  readonly key: string;
  /** Default: the item is removed in any case. n: its revision must be n. 0: the key must not exist. */
  readonly ifRevision?: number;
}

/** The topics that an agent is subscribed to from the commit on. The list replaces the former one. */
export interface TopicsEntry {
  readonly agent: string;
  readonly topics: Iterable<string>;
}

/** A claim of a commit. When another holds the name, the commit is `CLAIM_HELD`. */
export interface ClaimEntry extends ClaimRouting {
  readonly name: string;
}

/**
 * An operation of a commit: an object with one member. Only the owner may commit `topics`. `release` gives back a claim: together with
 * `ifClaim` a program writes its result and releases the claim at once.
 */
export type Operation =
  | { readonly push: PushEntry }
  | { readonly patch: PatchEntry }
  | { readonly remove: RemoveEntry }
  | { readonly topics: TopicsEntry }
  | { readonly claim: ClaimEntry }
  | { readonly release: ClaimProof };

/** The revisions that items must have, by their keys. 0: there must be no such item. */
export type Guards = ReadonlyMap<string, number> | Readonly<Record<string, number>>;

/** One claim, or several. */
export type ClaimProofs = ClaimProof | Iterable<ClaimProof>;

export function wirePatch(key: string, patch: Patch, ifRevision: number | undefined): MessageInitShape<typeof ItemPatchSchema> {
  if (!(patch instanceof Patch)) {
    throw new TypeError(`patch is ${kindOf(patch)}. Give a Patch, such as Patch.increment(1).`);
  }
  return { key: wireText(key, 'key'), ifRevision: optionalRevision(ifRevision), change: patch.change };
}

export function wireCommit(operations: Iterable<Operation>, guards: Guards | undefined, ifClaim: ClaimProofs | undefined) {
  if (typeof operations?.[Symbol.iterator] !== 'function') {
    throw new TypeError(`operations is ${kindOf(operations)}. Give a list of operations.`);
  }
  return { operations: Array.from(operations, wireOperation), guards: [...wireGuards(guards), ...claimGuards(ifClaim)] };
}

function wireOperation(operation: Operation, index: number): MessageInitShape<typeof OperationSchema> {
  const [entry, ...others]: unknown[] = Object.values(operation ?? {});
  if (typeof entry === 'object' && entry !== null && others.length === 0) {
    if ('push' in operation) {
      return { operation: { case: 'push', value: itemOfEntry(operation.push) } };
    }
    if ('patch' in operation) {
      const { key, patch, ifRevision } = operation.patch;
      return { operation: { case: 'patch', value: wirePatch(key, patch, ifRevision) } };
    }
    if ('remove' in operation) {
      const { key, ifRevision } = operation.remove;
      return { operation: { case: 'remove', value: { key: wireText(key, 'key'), ifRevision: optionalRevision(ifRevision) } } };
    }
    if ('topics' in operation) {
      const { agent, topics } = operation.topics;
      return { operation: { case: 'topics', value: { agent: wireText(agent, 'agent'), topics: wireTexts(topics, 'topics') } } };
    }
    if ('claim' in operation) {
      return { operation: { case: 'claim', value: wireClaim(operation.claim.name, operation.claim) } };
    }
    if ('release' in operation) {
      return { operation: { case: 'release', value: { token: wireToken(operation.release, 'release') } } };
    }
  }
  const members = 'push, patch, remove, topics, claim and release';
  throw new TypeError(`operations[${index}] is no operation. Give an object with one of the members ${members}.`);
}

/** A server that has no claims would not know these guards. */
function claimGuards(ifClaim: ClaimProofs | undefined): MessageInitShape<typeof GuardSchema>[] {
  if (ifClaim === undefined) {
    return [];
  }
  const several = typeof ifClaim === 'object' && ifClaim !== null && Symbol.iterator in ifClaim ? [...ifClaim] : [ifClaim];
  return several.map((proof) => ({ guard: { case: 'ifClaim' as const, value: wireToken(proof, 'ifClaim') } }));
}

function wireGuards(guards: Guards | undefined): MessageInitShape<typeof GuardSchema>[] {
  if (guards === undefined) {
    return [];
  }
  if (typeof guards !== 'object' || guards === null || Array.isArray(guards)) {
    throw new TypeError(`guards is ${kindOf(guards)}. Give a Map or an object of keys and the revisions that they must have.`);
  }
  // A Map of another realm is no instance of ours.
  const entries = Symbol.iterator in guards ? [...guards] : Object.entries(guards);
  if (!entries.every((entry) => Array.isArray(entry) && entry.length === 2)) {
    throw new TypeError('guards has elements that are no pairs. Give a Map or an object of keys and the revisions that they must have.');
  }
  return entries.map(([key, revision]) => {
    const value = { key: wireText(key, 'A key of guards'), revision: revisionOf(revision, `The guard of ${key}`) };
    return { guard: { case: 'ifRevision' as const, value } };
  });
}
