// Clients of the server that run.mjs has started, by both transports, and new user ids.
import { randomUUID, webcrypto } from 'node:crypto';

import { SynthaClient } from 'syntha';
import { SynthaClient as WebClient } from 'syntha/web';

// Every browser has it, and Node has it since version 20.
globalThis.crypto ??= webcrypto;

export const grpcAddress = process.env.SYNTHA_TESTS_GRPC;
export const httpAddress = process.env.SYNTHA_TESTS_HTTP;
if (!grpcAddress || !httpAddress) {
  throw new Error('There is no server: run the tests with `node run.mjs`, or one file with `node run.mjs FILE`.');
}

/** Both transports. A test of the client runs with each. */
export const ways = {
  'gRPC': (options = {}) => new SynthaClient({ address: grpcAddress, ...options }),
  'gRPC-Web': (options = {}) => new WebClient({ address: httpAddress, ...options }),
};

export function newUserId() {
  return `node-${randomUUID()}`;
}
