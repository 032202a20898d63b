import type { SynthaError } from '../errors.js';
import { EndingReason } from '../generated/syntha/v1/stream_pb.js';
import type { InterruptionReason, ResetReason } from './events.js';

/**
 * How a stream ended, and with that what comes next: connect again after an interruption, begin with a snapshot after a reset, or
 * neither: then the failure is the caller's.
 */
export type StreamEnd =
  | { readonly next: 'resume'; readonly reason: InterruptionReason; readonly failure?: SynthaError }
  | { readonly next: 'reset'; readonly reason: ResetReason; readonly failure: SynthaError }
  | { readonly next: 'throw'; readonly failure: SynthaError };

export function endOfAnnounced(reason: EndingReason): StreamEnd {
  switch (reason) {
    case EndingReason.SHUTDOWN:
      return { next: 'resume', reason: 'SHUTTING_DOWN' };
    case EndingReason.RELOADED:
      return { next: 'resume', reason: 'RELOADED' };
    default:
      return { next: 'resume', reason: 'ENDED' };
  }
}

/**
 * @param wasServed Whether the subscription has ever been served, by this stream or an earlier one.
 * @param isRenewed Whether this stream was, and the next one has another credential.
 */
export function endOfFailed(failure: SynthaError, wasServed: boolean, isRenewed: boolean): StreamEnd {
  switch (failure.reason) {
    case 'HISTORY_COMPACTED':
    case 'EPOCH_CHANGED':
    case 'REVISION_IN_FUTURE':
      return { next: 'reset', reason: failure.reason, failure };
    case 'SLOW_CONSUMER':
      return { next: 'resume', reason: 'READER_TOO_SLOW', failure };
    case 'SUBSCRIPTION_LIMIT':
      // Streams that broke may be counted still, until the server has noticed: whoever was served before waits for that.
      return wasServed ? { next: 'resume', reason: 'FAILED', failure } : { next: 'throw', failure };
    case 'CREDENTIALS_INVALID':
      // The token that opened this stream has run out: there may be a newer one.
      return isRenewed ? { next: 'resume', reason: 'FAILED', failure } : { next: 'throw', failure };
    default:
      return isTemporary(failure) ? { next: 'resume', reason: 'FAILED', failure } : { next: 'throw', failure };
  }
}

// A stream only reads, and what it registers may be registered twice: any failure that another attempt may mend is worth one.
function isTemporary({ reason, status }: SynthaError): boolean {
  switch (status) {
    case 'UNAVAILABLE':
    case 'DEADLINE_EXCEEDED':
    case 'ABORTED':
      return true;
    // Also what a connection that breaks under HTTP/2 looks like.
    case 'CANCELLED':
    case 'INTERNAL':
    case 'UNKNOWN':
      return true;
    case 'RESOURCE_EXHAUSTED':
      return reason === 'RATE_LIMITED';
    default:
      return false;
  }
}
