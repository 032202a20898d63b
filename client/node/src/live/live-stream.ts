import { SynthaError } from '../errors.js';
import type { SubscribeResponse } from '../generated/syntha/v1/stream_pb.js';
import type { ServerCalls } from '../transport/server-calls.js';
import { endOfAnnounced, endOfFailed } from './stream-end.js';
import type { StreamEnd } from './stream-end.js';

const SILENT = Symbol('silent');

/** One stream of a subscription. Used by one reader. */
export class LiveStream {
  /** How it ended, once `read` has answered `undefined`. */
  end: StreamEnd = { next: 'resume', reason: 'ENDED' };
  #isServed = false;
  readonly #abort = new AbortController();
  readonly #answers: AsyncIterator<SubscribeResponse>;
  readonly #leave = () => this.#abort.abort(this.signal?.reason);

  constructor(
    open: (signal: AbortSignal) => AsyncIterable<SubscribeResponse>,
    private readonly calls: ServerCalls,
    private readonly wasServed: () => boolean,
    private readonly signal: AbortSignal | undefined,
  ) {
    signal?.addEventListener('abort', this.#leave, { once: true });
    calls.connections.hold(this.#abort);
    this.#answers = open(this.#abort.signal)[Symbol.asyncIterator]();
  }

  /** @param limitMs How long the network may be silent. Only the time of this method counts. */
  async read(limitMs: number | undefined): Promise<SubscribeResponse | undefined> {
    const reading = this.#answers.next();
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const silence = new Promise<typeof SILENT>((resolve) => {
        timer = limitMs === undefined ? undefined : setTimeout(resolve, limitMs, SILENT);
      });
      const read = await Promise.race([reading, silence]);
      if (read === SILENT) {
        // The stream is about to be aborted. The read then fails, and no caller waits for it.
        reading.catch(() => {});
        this.end = { next: 'resume', reason: 'SILENT' };
        return undefined;
      }
      if (read.done) {
        this.end = { next: 'resume', reason: 'ENDED' };
        return undefined;
      }
      this.#isServed = true;
      const { message } = read.value;
      if (message.case !== 'ending') {
        return read.value;
      }
      // Its position is not used. The subscription goes on after the last event that it handed out.
      this.end = endOfAnnounced(message.value.reason);
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
