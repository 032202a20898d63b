// The scenarios that every client runs (tests/conformance), by both transports.
import { readdir, readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';

import { GrpcTransport } from '../../client/node/dist/transport/grpc.js';
import { webTransport } from '../../client/node/dist/transport/web.js';
import { Scenario } from './conformance/scenario.mjs';
import { grpcAddress, httpAddress, ways } from './support/clients.mjs';

const FOLDER = new URL('../conformance/', import.meta.url);
const ADDRESSES = { 'gRPC': grpcAddress, 'gRPC-Web': httpAddress };
const TRANSPORTS = {
  'gRPC': (address) => GrpcTransport.open({ address, connectTimeoutMs: 5_000, retryDelayMs: 200, maxRetryDelayMs: 5_000 }, {}),
  'gRPC-Web': webTransport,
};

// A test waits for an event that does not come. This limit makes it fail, also on a slow machine.
const HANGS_AFTER_MS = 120_000;

const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.json')).sort();
const contents = await Promise.all(files.map(async (name) => JSON.parse(await readFile(new URL(name, FOLDER), 'utf8'))));
// parity.json is a table.
const subjects = contents.filter(({ scenarios }) => scenarios !== undefined);

for (const [name, makeClient] of Object.entries(ways)) {
  const address = ADDRESSES[name];
  const transport = TRANSPORTS[name](new URL(address));
  for (const { subject, scenarios } of subjects) {
    describe(`${subject}, ${name}`, { concurrency: 4 }, () => {
      for (const scenario of scenarios) {
        test(scenario.name, { timeout: HANGS_AFTER_MS }, () => new Scenario({ makeClient, address, transport }).run(scenario.steps));
      }
    });
  }
}
