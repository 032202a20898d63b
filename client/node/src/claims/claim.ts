/// <reference lib="esnext.disposable" preserve="true" />
import { timestampDate } from '@bufbuild/protobuf/wkt';

import type { ContextMesh } from '../context-mesh.js';
import { SynthaError } from '../errors.js';
import type { ToolHandler } from '../tool-handler.js';
import { wireToken } from '../values/claims.js';
import type { ClaimState, FencingToken } from '../values/claims.js';
import { positionOf } from '../values/position.js';
import { optionalDuration } from '../values/requests.js';
import type { WriteSettings } from '../values/requests.js';
import { wireText } from '../values/wire-text.js';
import { actingOf } from './acting.js';
import type { Acting } from './acting.js';

/** Options of a renewal, and of handing over. */
export interface LeaseOptions extends WriteSettings {
  /** How long the claim is held from now on, unless it is renewed: 1 second to 24 hours. Default: as long as before. */
  leaseSeconds?: number;
}

const RENEWALS_IN_A_LEASE = 3;
// After a renewal that failed there is time for more.
const ATTEMPTS_IN_A_LEASE = 12;

/**
 * A claim that the caller holds. `await using` releases it at the end, unless it was released or handed over before.
 *
 * A write with `ifClaim` is refused when the claim was lost meanwhile.
 */
export class Claim {
  readonly token: FencingToken;
  readonly #acting: Acting;
  readonly #lost = new AbortController();
  #expireTime: Date | undefined;
  #leaseMs: number | undefined;
  /** When the claim was asked for or renewed last, by this program's clock. It was given later. `undefined`: it does not know. */
  #askedMs: number | undefined;
  #isGivenUp = false;
  #keeping: Keeping | undefined;

  /**
   * Only a program that found a token elsewhere, such as in `listClaims`, makes a claim itself.
   *
   * @param side The mesh or the handler whose claim it is.
   * @param claim A state with a token, or a bare token.
   * @param options `agentName`: the agent that holds it, where the side is a mesh. Default: the owner acts, who may renew, release and hand
   * over every claim.
   */
  constructor(side: ContextMesh | ToolHandler, claim: ClaimState | FencingToken, options: { agentName?: string } = {}, askedMs?: number) {
    this.#acting = actingOf(side, options.agentName);
    if ('isHeld' in claim) {
      if (claim.token === undefined) {
        throw new TypeError(`The claim ${claim.name} has no token here: another caller holds it, or it is free.`);
      }
      this.token = claim.token;
      this.#expireTime = claim.expireTime;
      this.#leaseMs = claim.leaseSeconds === undefined ? undefined : claim.leaseSeconds * 1000;
    } else {
      wireToken(claim, 'claim');
      this.token = claim;
    }
    this.#askedMs = askedMs;
  }

  get name(): string {
    return this.token.name;
  }

  /**
   * The moment from which it is no longer held, unless it is renewed. By the store's clock. `undefined`: it was made of a bare token, and
   * was not renewed since.
   */
  get expireTime(): Date | undefined {
    return this.#expireTime;
  }

  /** How long it is held after it was given or renewed. `undefined`: it was made of a bare token. */
  get leaseSeconds(): number | undefined {
    return this.#leaseMs === undefined ? undefined : this.#leaseMs / 1000;
  }

  /** Aborts when `keep` can no longer promise that the caller holds the claim; the failure is its reason. Give it to the work. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * Holds the claim for longer. Returns the moment from which it is no longer held.
   *
   * @throws SynthaError CLAIM_LOST: another may hold it.
   */
  async renew({ leaseSeconds, ...settings }: LeaseOptions = {}): Promise<Date> {
    const { calls, method, asAgent } = this.#acting;
    const askedMs = performance.now();
    const request = { asAgent, token: wireToken(this.token, 'claim'), lease: optionalDuration(leaseSeconds, 'leaseSeconds') };
    const { expireTime, replayed } = await calls.call(method.renewClaim, request, settings);
    this.#leaseMs = leaseSeconds === undefined ? this.#leaseMs : leaseSeconds * 1000;
    this.#expireTime = expireTime ? timestampDate(expireTime) : new Date(0);
    if (replayed && settings.requestId !== undefined) {
      return this.#expireTime; // It was renewed before, at a time that is not known here.
    }
    this.#askedMs = askedMs;
    if (this.#leaseMs !== undefined) {
      this.#keeping?.renewed(this.#leaseMs, askedMs);
    }
    return this.#expireTime;
  }

  /**
   * Gives back the claim. The first one in line gets it at once.
   *
   * @throws SynthaError CLAIM_LOST: the caller did not hold it any more. What it wrote without `ifClaim` may have met another holder's
   * writes.
   */
  async release(settings: WriteSettings = {}): Promise<void> {
    this.#keeping?.stop();
    const { calls, method, asAgent } = this.#acting;
    try {
      await calls.call(method.releaseClaim, { asAgent, token: wireToken(this.token, 'claim') }, settings);
    } catch (error) {
      this.#isGivenUp ||= isLoss(error);
      throw error;
    }
    this.#isGivenUp = true;
  }

  /**
   * Gives the claim to an agent. `undefined`: to the owner. Those in line keep their places. Returns the new token, which the new holder
   * also finds by `listClaims`.
   */
  async handOver(to: string | undefined, { leaseSeconds, ...settings }: LeaseOptions = {}): Promise<FencingToken> {
    this.#keeping?.stop();
    const { calls, method, asAgent } = this.#acting;
    const request = {
      asAgent,
      token: wireToken(this.token, 'claim'),
      toAgent: to === undefined ? undefined : wireText(to, 'to'),
      lease: optionalDuration(leaseSeconds, 'leaseSeconds'),
    };
    const { position } = await calls.call(method.handOverClaim, request, settings);
    this.#isGivenUp = true;
    return { name: this.name, position: positionOf(position) };
  }

  /**
   * Renews the claim each third of its lease, in the background, until it is released, handed over or lost. It is lost when the server says
   * so, and when no renewal has succeeded within a lease: `lost` aborts then, and the listener is called with the failure. Returns the
   * claim itself. A program that is stopped for longer than the lease hears of it only when it goes on: so give `ifClaim` to each write.
   */
  keep(onLost?: (failure: unknown) => void): this {
    if (this.#leaseMs === undefined) {
      throw new TypeError('The lease of this claim is not known. Call renew with leaseSeconds first.');
    }
    this.#keeping?.stop();
    this.#keeping = new Keeping(
      (signal) => this.renew({ signal }),
      () => this.#acting.calls.connections.isClosed,
      (failure) => {
        this.#lost.abort(failure);
        onLost?.(failure);
      },
      this.#leaseMs,
      this.#askedMs,
    );
    return this;
  }

  /**
   * Releases the claim, unless it was released or handed over before. A claim that cannot be given back ends with its lease.
   *
   * @throws SynthaError CLAIM_LOST: see `release`.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isGivenUp) {
      return;
    }
    try {
      await this.release();
    } catch (error) {
      if (isLoss(error) || !(error instanceof SynthaError)) {
        throw error;
      }
    }
  }
}

/** Renews a claim by this program's own clock alone: the store's clock may show another time. */
class Keeping {
  readonly #ending = new AbortController();
  #due: ReturnType<typeof setTimeout> | undefined;
  #end: ReturnType<typeof setTimeout> | undefined;
  #failure: unknown;

  /** @param askedMs `undefined`: when the claim was given is not known here, so it is renewed at once. */
  constructor(
    private readonly renew: (signal: AbortSignal) => Promise<unknown>,
    private readonly isClosed: () => boolean,
    private readonly lose: (failure: unknown) => void,
    private leaseMs: number,
    askedMs: number | undefined,
  ) {
    this.#schedule(askedMs ?? performance.now(), askedMs === undefined ? 0 : leaseMs / RENEWALS_IN_A_LEASE);
  }

  renewed(leaseMs: number, askedMs: number): void {
    this.leaseMs = leaseMs;
    this.#failure = undefined;
    this.#schedule(askedMs, leaseMs / RENEWALS_IN_A_LEASE);
  }

  stop(): void {
    clearTimeout(this.#due);
    clearTimeout(this.#end);
    this.#ending.abort();
  }

  /** The claim was given after it was asked for. So it is held at least a lease from then on. */
  #schedule(askedMs: number, dueMs: number): void {
    clearTimeout(this.#due);
    clearTimeout(this.#end);
    if (this.#ending.signal.aborted) {
      return;
    }
    const passed = performance.now() - askedMs;
    this.#due = background(() => void this.#attempt(), dueMs - passed);
    this.#end = background(() => this.#lost(this.#failure ?? new Error('No renewal came in time.')), this.leaseMs - passed);
  }

  async #attempt(): Promise<void> {
    const { signal } = this.#ending;
    try {
      await this.renew(signal);
    } catch (failure) {
      if (signal.aborted) {
        return;
      }
      if (isLoss(failure) || this.isClosed()) {
        this.#lost(failure);
        return;
      }
      this.#failure = failure;
      this.#due = background(() => void this.#attempt(), this.leaseMs / ATTEMPTS_IN_A_LEASE);
    }
  }

  #lost(failure: unknown): void {
    if (!this.#ending.signal.aborted) {
      this.stop();
      this.lose(failure);
    }
  }
}

function isLoss(failure: unknown): boolean {
  return failure instanceof SynthaError && failure.reason === 'CLAIM_LOST';
}

/** A timer that does not keep a program alive which has nothing else to do. A browser's timer is a number. */
function background(ring: () => void, ms: number): ReturnType<typeof setTimeout> {
  const timer = setTimeout(ring, Math.max(0, ms));
  (timer as { unref?: () => void }).unref?.();
  return timer;
}
