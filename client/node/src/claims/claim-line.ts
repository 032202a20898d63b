import type { MessageInitShape } from '@bufbuild/protobuf';
import { durationFromMs } from '@bufbuild/protobuf/wkt';

import type { ContextMesh } from '../context-mesh.js';
import type { SynthaError } from '../errors.js';
import type { AwaitClaimRequestSchema, AwaitClaimResponse } from '../generated/syntha/v1/claim_pb.js';
import type { Interrupted } from '../live/events.js';
import { LiveStream, SILENT_HEARTBEATS } from '../live/live-stream.js';
import { endOfFailed } from '../live/stream-end.js';
import type { StreamEnd } from '../live/stream-end.js';
import type { ToolHandler } from '../tool-handler.js';
import { Backoff } from '../transport/backoff.js';
import { sleep } from '../transport/sleep.js';
import { claimOf, waitingOf, wireClaim } from '../values/claims.js';
import type { ClaimRouting, ClaimWaiting } from '../values/claims.js';
import { optionalDuration } from '../values/requests.js';
import type { AgentCallSettings, WriteSettings } from '../values/requests.js';
import { actingOf } from './acting.js';
import type { Acting } from './acting.js';
import { Claim } from './claim.js';

/** Options of waiting in line for a claim. */
export interface AwaitClaimOptions extends ClaimRouting, WriteSettings {
  /** How long the place outlives a broken connection: 1 second to 10 minutes. Default: 10 seconds. */
  graceSeconds?: number;
}

const DEFAULT_GRACE_SECONDS = 10;
const SHORTEST_HEARTBEAT_MS = 1_000;
const LONGEST_HEARTBEAT_MS = 15_000;
// A caller whose connection is silent notices after two heartbeats, and then connects again. Its place has to outlive that.
const HEARTBEATS_IN_A_GRACE = 5;
const LONGEST_WAITS_IN_A_GRACE = 4;

/**
 * A place in line for a claim. It is taken when the first event is asked for: by a loop, or by `wait`.
 *
 * Each event is a `waiting`, when the place or the claim has changed, or an `interrupted`, when the connection broke. It connects again by
 * itself, and keeps its place. The loop ends when the caller holds the claim: it is `claim` then. Its lease begins when the server gives
 * it, so take the events without delay. A caller that goes keeps its place for the grace time, and another loop comes back to it. `leave`
 * gives it up at once.
 */
export class ClaimLine implements AsyncIterable<ClaimWaiting | Interrupted> {
  /** Names the place. `awaitClaim` with this id comes back to it, also from another process. */
  readonly requestId: string;
  readonly #acting: Acting;
  readonly #left = new AbortController();
  readonly #request: MessageInitShape<typeof AwaitClaimRequestSchema>;
  readonly #graceMs: number;
  readonly #heartbeatMs: number;
  #claim: Claim | undefined;

  /** @internal Use `awaitClaim`. */
  constructor(
    private readonly side: ContextMesh | ToolHandler,
    private readonly name: string,
    private readonly options: AwaitClaimOptions & AgentCallSettings,
  ) {
    const { graceSeconds = DEFAULT_GRACE_SECONDS } = options;
    this.#acting = actingOf(side, options.agentName);
    this.requestId = options.requestId ?? this.#acting.calls.newRequestId();
    this.#graceMs = graceSeconds * 1000;
    if (!(this.#graceMs > 0)) {
      throw new TypeError(`graceSeconds is ${String(graceSeconds)}. Give 1 to 600.`);
    }
    this.#heartbeatMs = Math.min(Math.max(this.#graceMs / HEARTBEATS_IN_A_GRACE, SHORTEST_HEARTBEAT_MS), LONGEST_HEARTBEAT_MS);
    this.#request = {
      asAgent: this.#acting.asAgent,
      requestId: this.requestId,
      claim: wireClaim(name, options),
      grace: optionalDuration(graceSeconds, 'graceSeconds'),
      heartbeat: durationFromMs(Math.round(this.#heartbeatMs)),
    };
  }

  /** The claim, once the caller holds it. */
  get claim(): Claim | undefined {
    return this.#claim;
  }

  /** Waits until the caller holds the claim, and returns it. */
  async wait(): Promise<Claim> {
    for await (const _ of this) {
      // The place does not matter here.
    }
    return this.#claim!;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ClaimWaiting | Interrupted, void, undefined> {
    const { signal } = this.options;
    const ending = new AbortController();
    const abort = () => ending.abort(signal?.aborted ? signal.reason : this.#left.signal.reason);
    const sources = [this.#left.signal, ...(signal === undefined ? [] : [signal])];
    sources.forEach((source) => (source.aborted ? abort() : source.addEventListener('abort', abort, { once: true })));
    try {
      yield* this.#wait(ending.signal);
    } finally {
      sources.forEach((source) => source.removeEventListener('abort', abort));
    }
  }

  /**
   * Gives up the place at once. A loop that is under way throws. Returns `false` when the caller had no place. Its turn may have come
   * meanwhile: then the claim is the caller's until its lease ends, and `awaitClaim` with the same `requestId` gives it.
   */
  async leave(settings: WriteSettings = {}): Promise<boolean> {
    this.#left.abort(new Error('The caller has left the line.'));
    const { calls, method, asAgent } = this.#acting;
    return (await calls.call(method.leaveClaim, { asAgent, name: this.name, ticket: this.requestId }, settings)).left;
  }

  async *#wait(signal: AbortSignal): AsyncGenerator<ClaimWaiting | Interrupted, void, undefined> {
    const { calls, method } = this.#acting;
    const { retryDelayMs, maxRetryDelayMs, callTimeoutMs } = calls.options;
    const bound = Math.min(maxRetryDelayMs, this.#graceMs / LONGEST_WAITS_IN_A_GRACE);
    const backoff = new Backoff(Math.min(retryDelayMs, bound), bound);
    let wasServed = false;
    let told = '';
    while (this.#claim === undefined) {
      signal.throwIfAborted();
      const headers = await calls.headers();
      const open = (abort: AbortSignal) => calls.stream(method.awaitClaim, this.#request, headers, abort);
      const ends = {
        announced: () => undefined,
        failed: (failure: SynthaError, isRenewed: boolean) => endOf(failure, wasServed, isRenewed),
      };
      const stream = new LiveStream<AwaitClaimResponse>(open, calls, ends, signal);
      let isServed = false;
      try {
        let response;
        const silenceMs = () => (isServed ? this.#heartbeatMs * SILENT_HEARTBEATS : callTimeoutMs ?? undefined);
        while ((response = await stream.read(silenceMs())) !== undefined) {
          const { message } = response;
          if (message.case === 'held') {
            this.#claim = new Claim(this.side, claimOf(message.value), { agentName: this.#acting.asAgent });
            return;
          }
          if (isServed) {
            // A stream that says only where the caller stands is no success yet.
            backoff.reset();
          }
          isServed = wasServed = true;
          const waiting = message.case === 'waiting' ? waitingOf(message.value) : undefined;
          // Heartbeats say again what is known.
          const news = JSON.stringify(waiting);
          if (waiting !== undefined && news !== told) {
            told = news;
            yield waiting;
          }
        }
      } finally {
        stream.close();
      }
      const { end } = stream;
      if (end.next !== 'resume') {
        throw end.failure;
      }
      const delayMs = backoff.next(end.failure?.retryAfterMs);
      yield { type: 'interrupted', reason: end.reason, failure: end.failure, attempt: backoff.failures, delayMs, through: undefined };
      await sleep(delayMs, signal);
    }
  }
}

function endOf(failure: SynthaError, wasServed: boolean, isRenewed: boolean): StreamEnd {
  // The server has looked at the claim, and refused. To a stream of changes, which only reads, this is worth another attempt.
  return failure.reason !== undefined && failure.status === 'ABORTED'
    ? { next: 'throw', failure }
    : endOfFailed(failure, wasServed, isRenewed);
}
