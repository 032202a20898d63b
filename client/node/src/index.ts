// The entry for Node: gRPC over HTTP/2.
import { webcrypto } from 'node:crypto';

import { Client } from './client.js';
import type { SynthaClientOptions } from './options.js';
import { GrpcTransport } from './transport/grpc.js';

export * from './api.js';

/** Options of Node's client. */
export interface NodeClientOptions extends SynthaClientOptions {
  /** Certificates of the authorities to trust for `https`, as PEM. Default: Node's own. */
  rootCertificates?: Uint8Array;

  /** This program's certificate, as PEM, for a server that asks clients for one. Together with `clientKey`. Default: none. */
  clientCertificate?: Uint8Array;

  /** The private key of `clientCertificate`, as PEM. Default: none. */
  clientKey?: Uint8Array;
}

/** A connection to a Syntha server. */
export class SynthaClient extends Client {
  /** @param options The address, or all options. */
  constructor(options: string | NodeClientOptions = {}) {
    const certificates = typeof options === 'string' ? {} : options;
    if ((certificates.clientCertificate === undefined) !== (certificates.clientKey === undefined)) {
      throw new TypeError('clientCertificate and clientKey belong together. Give both.');
    }
    super(options, {
      defaultAddress: process.env['SYNTHA_SERVER'] || 'http://127.0.0.1:50051',
      random: webcrypto as Crypto,
      open: (checked) => GrpcTransport.open(checked, certificates),
    });
  }
}
