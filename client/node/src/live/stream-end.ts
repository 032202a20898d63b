import type { SynthaError } from '../errors.js';
import { EndingReason } from '../generated/syntha/v1/stream_pb.js';
import type { InterruptionReason, ResetReason } from './events.js';

/**
 * How a stream ended, which says what comes next. After an interruption the subscription connects again. After a reset it begins with a
 * snapshot. Otherwise the caller gets the failure.
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
 * @param wasServed Whether this stream or an earlier one of the subscription was served.
 * @param isRenewed Whether this stream was served, and the next one may have another credential.
 */
export function endOfFailed(failure: SynthaError, wasServed: boolean, isRenewed: boolean): StreamEnd {
  switch (failure.reason) {
    case 'HISTORY_COMPACTED':
    case 'EPOCH_CHANGED':
    case 'REVISION_IN_FUTURE':
      return { next: 'reset', reason: failure.reason, failure };
    case 'SLOW_CONSUMER':
      return { next: 'resume', reason: 'READER_TOO_SLOW', failure };
    case 'QUOTA_STREAMS':
      // The server may still count a stream that broke. A subscription that was served before waits until the server notices.
      return wasServed ? { next: 'resume', reason: 'FAILED', failure } : { next: 'throw', failure };
    case 'CREDENTIALS_INVALID':
      // The token of this stream has run out. There may be a newer one.
      return isRenewed ? { next: 'resume', reason: 'FAILED', failure } : { next: 'throw', failure };
    case undefined:
      // Not a Syntha server said this, but the connection or a proxy, which may say something else soon. Two failures stay as they are: a
      // message that is larger than this client takes, and a port that never served the subscription and speaks another protocol.
      return failure.isTooLarge || (failure.isWrongProtocol && !wasServed)
        ? { next: 'throw', failure }
        : { next: 'resume', reason: 'FAILED', failure };
    default:
      return isTemporary(failure) ? { next: 'resume', reason: 'FAILED', failure } : { next: 'throw', failure };
  }
}

// A stream only reads, and topics may be registered twice. So every failure that another attempt may mend is worth one.
function isTemporary({ reason, status }: SynthaError): boolean {
  switch (status) {
    case 'UNAVAILABLE':
    case 'DEADLINE_EXCEEDED':
    case 'ABORTED':
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
