import { Code, ConnectError } from '@connectrpc/connect';

import { SynthaError } from '../errors.js';
import type { CheckedOptions } from '../options.js';
import type { ContextEvent } from './events.js';
import type { TopicCallback } from './topic-callback.js';

/**
 * A listener that hears of a topic in the background. It ends by `close`, by the signal that it was given, or by a failure: what the
 * listener throws, and what another connection would not mend.
 */
export class TopicSubscription {
  readonly #ending = new AbortController();
  readonly #end: Promise<void>;
  #isActive = true;
  #isClosed = false;
  #isServed = false;
  #isAwaited = false;
  #lastFailure: SynthaError | undefined;
  #serve!: () => void;
  readonly #served = new Promise<void>((resolve) => (this.#serve = resolve));

  private constructor(
    readonly topic: string,
    callback: TopicCallback,
    follow: (signal: AbortSignal) => AsyncIterable<ContextEvent>,
    private readonly signal: AbortSignal | undefined,
  ) {
    const leave = () => this.#ending.abort(signal?.reason);
    signal?.addEventListener('abort', leave, { once: true });
    this.#end = this.#run(callback, follow(this.#ending.signal)).finally(() => {
      this.#isActive = false;
      signal?.removeEventListener('abort', leave);
    });
    this.#end.catch((failure: unknown) => this.#report(failure));
  }

  /** @internal Resolves once the server serves the subscription, within the client's `callTimeoutMs`. */
  static async open(
    topic: string,
    callback: TopicCallback,
    follow: (signal: AbortSignal) => AsyncIterable<ContextEvent>,
    options: CheckedOptions,
    signal: AbortSignal | undefined,
  ): Promise<TopicSubscription> {
    signal?.throwIfAborted();
    const subscription = new TopicSubscription(topic, callback, follow, signal);
    await subscription.#settle(options);
    return subscription;
  }

  /** Whether the listener may still be called. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /** Ends the subscription. A call of the listener that is under way goes on; there is no other. */
  close(): void {
    this.#isClosed = true;
    this.#ending.abort();
  }

  /**
   * Waits for the end of the subscription. It resolves after `close`, and throws the reason of any other end.
   *
   * A failure that no caller waits for is written to the console.
   */
  async wait(): Promise<void> {
    this.#isAwaited = true;
    await this.#end;
  }

  async #run(callback: TopicCallback, events: AsyncIterable<ContextEvent>): Promise<void> {
    try {
      for await (const event of events) {
        if (event.type === 'established') {
          this.#isServed = true;
          this.#serve();
        } else if (event.type === 'interrupted') {
          this.#lastFailure = event.failure;
        }
        await callback.tell(event);
      }
    } catch (failure) {
      if (!(this.#isClosed && failure === this.#ending.signal.reason)) {
        throw failure;
      }
    }
  }

  async #settle(options: CheckedOptions): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      if (options.callTimeoutMs !== null) {
        timer = setTimeout(() => reject(this.#lastFailure ?? notServed(options)), options.callTimeoutMs);
      }
    });
    try {
      await Promise.race([this.#served, this.#end, late]);
    } catch (failure) {
      this.close();
      throw failure;
    } finally {
      clearTimeout(timer);
    }
  }

  #report(failure: unknown): void {
    const isIntended = this.signal?.aborted && failure === this.signal.reason;
    if (this.#isServed && !this.#isAwaited && !isIntended) {
      console.error(`The subscription to topic '${this.topic}' has ended.`, failure);
    }
  }
}

function notServed(options: CheckedOptions): SynthaError {
  return SynthaError.from(new ConnectError('The subscription was not served.', Code.DeadlineExceeded), options);
}
