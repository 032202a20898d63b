import { SynthaError } from '../errors.js';
import type { ServerCalls } from '../transport/server-calls.js';
import type { StreamEnd } from './stream-end.js';

const SILENT = Symbol('silent');

/** The connection is taken for broken after two heartbeats that did not come. */
export const SILENT_HEARTBEATS = 2;

/** What the end of a stream means. */
export interface StreamEnds<T> {
  /** `undefined`: the message does not announce an end. */
  announced(message: T): StreamEnd | undefined;
  /** @param isRenewed Whether this stream was served, and the next one may have another credential. */
  failed(failure: SynthaError, isRenewed: boolean): StreamEnd;
}

/** One stream of a subscription, or of a place in line. Used by one reader. */
export class LiveStream<T> {
  /** How it ended, once `read` has answered `undefined`. */
  end: StreamEnd = { next: 'resume', reason: 'ENDED' };
  #isServed = false;
  readonly #abort = new AbortController();
  readonly #answers: AsyncIterator<T>;
  readonly #leave = () => this.#abort.abort(this.signal?.reason);

  constructor(
    open: (signal: AbortSignal) => AsyncIterable<T>,
    private readonly calls: ServerCalls,
    private readonly ends: StreamEnds<T>,
    private readonly signal: AbortSignal | undefined,
  ) {
    signal?.addEventListener('abort', this.#leave, { once: true });
    calls.connections.hold(this.#abort);
    this.#answers = open(this.#abort.signal)[Symbol.asyncIterator]();
  }

  /** @param limitMs How long the network may be silent. Only the time of this method counts. */
  async read(limitMs: number | undefined): Promise<T | undefined> {
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
      const announced = this.ends.announced(read.value);
      if (announced === undefined) {
        return read.value;
      }
      this.end = announced;
      return undefined;
    } catch (error) {
      this.signal?.throwIfAborted();
      this.calls.connections.throwIfClosed();
      this.end = this.ends.failed(SynthaError.from(error, this.calls.options), this.#isRenewed);
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
