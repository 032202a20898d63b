import type { Transport } from '@connectrpc/connect';

import type { CheckedOptions } from '../options.js';
import type { RandomSource } from './request-id.js';

/** A transport that may hold connections. */
export interface OpenTransport extends Transport {
  close?(): void;
}

/** The parts that differ between Node and a browser. */
export interface Platform {
  readonly defaultAddress: string;
  readonly random: RandomSource;
  /** Called once for calls, and once for streams when the first stream is opened. */
  open(options: CheckedOptions): OpenTransport;
}

/**
 * A client's connections. Streams have a connection of their own: a stream holds its place on a connection as long as it lives, and a
 * server grants a connection a limited number of places.
 */
export class Connections {
  readonly random: RandomSource;
  /** Whether the server is known to have claims, and with them the guard `ifClaim`. */
  hasClaims = false;
  readonly #open: () => OpenTransport;
  readonly #liveStreams = new Set<AbortController>();
  #calls: OpenTransport | undefined;
  #streams: OpenTransport | undefined;
  #isClosed = false;

  constructor(platform: Platform, readonly options: CheckedOptions) {
    this.random = platform.random;
    this.#open = () => platform.open(options);
  }

  get calls(): Transport {
    this.throwIfClosed();
    return (this.#calls ??= this.#open());
  }

  get streams(): Transport {
    this.throwIfClosed();
    return (this.#streams ??= this.#open());
  }

  /** The stream ends when the client is closed, unless it is dropped before. */
  hold(stream: AbortController): void {
    this.#liveStreams.add(stream);
  }

  drop(stream: AbortController): void {
    this.#liveStreams.delete(stream);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  throwIfClosed(): void {
    if (this.#isClosed) {
      throw new Error('The client is closed.');
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const stream of this.#liveStreams) {
      stream.abort(new Error('The client is closed.'));
    }
    this.#calls?.close?.();
    this.#streams?.close?.();
  }
}
