// The entry for browsers: gRPC-Web over fetch. It works in every program that has fetch.
import { Client } from './client.js';
import type { SynthaClientOptions } from './options.js';
import { webTransport } from './transport/web.js';

export * from './api.js';

/** A connection from a browser to a Syntha server, or to a proxy that passes gRPC-Web on to one. */
export class SynthaClient extends Client {
  /** @param options The address, or all options. Default: the page's own origin. */
  constructor(options: string | SynthaClientOptions = {}) {
    super(options, {
      defaultAddress: globalThis.location?.origin ?? 'http://127.0.0.1:8080',
      random: globalThis.crypto,
      open: ({ address }) => webTransport(address),
    });
  }
}
