import type { DescMethod } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel as Level } from '@bufbuild/protobuf/wkt';

import type { SynthaError } from '../errors.js';
import type { CheckedOptions } from '../options.js';
import { Backoff } from './backoff.js';

/** Whether the requests of a method have a `request_id`. The server carries a write with such an id out once. */
export function takesRequestId(method: DescMethod): boolean {
  return 'requestId' in method.input.field;
}

/**
 * Whether a call may be made again when its answer is missing, as the contract's `idempotency_level` says: NO_SIDE_EFFECTS always,
 * IDEMPOTENT when the request has no `request_id` field or carries one, and a method without a level never.
 */
export function isRepeatable(method: DescMethod, requestId: string | undefined): boolean {
  switch (method.idempotency) {
    case Level.NO_SIDE_EFFECTS:
      return true;
    case Level.IDEMPOTENT:
      return !takesRequestId(method) || requestId !== undefined;
    default:
      return false;
  }
}

/** The attempts of one call. The clients of all languages follow one table: docs/clients/agreement.md. */
export class Attempts {
  readonly #end: number;
  readonly #failed: Backoff;
  readonly #limited: Backoff;

  constructor(private readonly options: CheckedOptions, private readonly isRepeatable: boolean) {
    const { callTimeoutMs, retryDelayMs, maxRetryDelayMs } = options;
    this.#end = callTimeoutMs === null ? Infinity : performance.now() + callTimeoutMs;
    this.#failed = new Backoff(retryDelayMs, maxRetryDelayMs);
    this.#limited = new Backoff(retryDelayMs, maxRetryDelayMs);
  }

  /** How long the next attempt may take. `undefined`: for any time. */
  get timeoutMs(): number | undefined {
    return this.#end === Infinity ? undefined : Math.max(1, this.#end - performance.now());
  }

  /** How long to wait before the call is made again. `undefined`: it is not made again. */
  delayAfter(failure: SynthaError): number | undefined {
    const { maxAttempts } = this.options;
    let delayMs: number;
    if (maxAttempts > 1 && failure.reason === 'RATE_LIMITED' && failure.retryAfterMs !== undefined) {
      // The server has carried out nothing, and has said when to come back. The call's time is the only limit.
      delayMs = this.#limited.next(failure.retryAfterMs);
    } else if (this.isRepeatable && isWorthAnother(failure)) {
      delayMs = this.#failed.next(failure.retryAfterMs);
      if (this.#failed.failures >= maxAttempts) {
        return undefined;
      }
    } else {
      return undefined;
    }
    return performance.now() + delayMs < this.#end ? delayMs : undefined;
  }
}

function isWorthAnother({ status, reason }: SynthaError): boolean {
  switch (status) {
    case 'UNAVAILABLE':
      return true;
    // Without a reason of the server these are the statuses of a connection that broke, also of one that a proxy closed in an orderly way.
    case 'CANCELLED':
    case 'INTERNAL':
    case 'UNKNOWN':
      return reason === undefined;
    default:
      return false;
  }
}
