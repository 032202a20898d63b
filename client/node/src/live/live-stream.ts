import { SynthaError } from '../errors.js';
import type { StreamMessage } from '../generated/syntha/v1/stream_pb.js';
import type { UserCalls } from '../transport/user-calls.js';
import { endOfAnnounced, endOfFailed } from './stream-end.js';
import type { StreamEnd } from './stream-end.js';

/** What both services answer a subscription with. */
export type StreamAnswers = AsyncIterable<{ readonly message?: StreamMessage | undefined }>;

// What a newer server fills with what this client does not know arrives as nothing.
const UNKNOWN = { message: { case: undefined } } as StreamMessage;
const SILENT = Symbol('silent');

/** One connection of a subscription, until it ends in one way or another. Used by one reader. */
export class LiveStream {
  /** How it ended, once `read` has answered that there is nothing more. */
  end: StreamEnd = { next: 'resume', reason: 'ENDED' };
  #isServed = false;
  readonly #abort = new AbortController();
  readonly #answers: AsyncIterator<{ readonly message?: StreamMessage | undefined }>;
  readonly #leave = () => this.#abort.abort(this.signal?.reason);

  constructor(
    open: (signal: AbortSignal) => StreamAnswers,
    private readonly calls: UserCalls,
    private readonly wasServed: () => boolean,
    private readonly signal: AbortSignal | undefined,
  ) {
    signal?.addEventListener('abort', this.#leave, { once: true });
    calls.connections.hold(this.#abort);
    this.#answers = open(this.#abort.signal)[Symbol.asyncIterator]();
  }

  /** @param limitMs How long the network may be silent. Only time while this method runs counts. */
  async read(limitMs: number | undefined): Promise<StreamMessage | undefined> {
    const reading = this.#answers.next();
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const silence = new Promise<typeof SILENT>((resolve) => {
        timer = limitMs === undefined ? undefined : setTimeout(resolve, limitMs, SILENT);
      });
      const read = await Promise.race([reading, silence]);
      if (read === SILENT) {
        // It is about to be aborted: its failure is expected, and nobody waits for it.
        reading.catch(() => {});
        this.end = { next: 'resume', reason: 'SILENT' };
        return undefined;
      }
      if (read.done) {
        this.end = { next: 'resume', reason: 'ENDED' };
        return undefined;
      }
      this.#isServed = true;
      const message = read.value.message ?? UNKNOWN;
      if (message.message.case !== 'ending') {
        return message;
      }
      // Its position is left alone: what was handed out says where to go on, and is never further than it should be.
      this.end = endOfAnnounced(message.message.value.reason);
      return undefined;
    } catch (error) {
      this.signal?.throwIfAborted();
      this.calls.connections.throwIfClosed();
      this.end = endOfFailed(SynthaError.from(error, this.calls.options), this.wasServed(), this.#isRenewed);
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  get #isRenewed(): boolean {
    return this.#isServed && this.calls.options.isTokenRenewed;
  }

  close(): void {
    this.signal?.removeEventListener('abort', this.#leave);
    this.calls.connections.drop(this.#abort);
    this.#abort.abort();
  }
}
