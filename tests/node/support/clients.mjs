// Clients of the server that run.mjs has started, by both ways, and users that nobody else has.
import { randomUUID, webcrypto } from 'node:crypto';

import { SynthaClient } from 'syntha';
import { SynthaClient as WebClient } from 'syntha/web';

// What every browser has, and Node since version 20.
globalThis.crypto ??= webcrypto;

export const grpcAddress = process.env.SYNTHA_TESTS_GRPC;
export const httpAddress = process.env.SYNTHA_TESTS_HTTP;
if (!grpcAddress || !httpAddress) {
  throw new Error('There is no server: run the tests with `node run.mjs`, or one file with `node run.mjs FILE`.');
}

/** Both ways to the server: what holds for one must hold for the other. */
export const ways = {
  'gRPC': (options = {}) => new SynthaClient({ address: grpcAddress, ...options }),
  'gRPC-Web': (options = {}) => new WebClient({ address: httpAddress, ...options }),
};

export function newUserId() {
  return `node-${randomUUID()}`;
}
