// Sequential calls a second: the client against the bare stubs of @grpc/grpc-js, with the same messages and the same server. The two take
// turns, so that the machine's other work disturbs both. The median of all turns counts.
import { fromBinary, toBinary, create } from '@bufbuild/protobuf';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { SynthaClient } from 'syntha';
import { ContextMesh } from '../../client/node/dist/generated/syntha/v1/context_mesh_service_pb.js';

import { Server } from './support/server.mjs';

const ROUNDS = 10;
const CALLS = 500;

const server = await Server.start('--RateLimit:CallsPerSecond=1000000');
const stubs = new Client(new URL(server.grpc).host, credentials.createInsecure());
const client = new SynthaClient(server.grpc);
const mesh = client.forUser('bench');

/** A method, called as generated code of @grpc/grpc-js calls it. */
function stub({ parent, name, input, output }) {
  const serialize = (message) => Buffer.from(toBinary(input, message));
  const deserialize = (bytes) => fromBinary(output, bytes);
  const path = `/${parent.typeName}/${name}`;
  return (request) => new Promise((resolve, reject) => {
    const metadata = new Metadata();
    metadata.set('user-id', 'bench');
    const done = (error, answer) => (error ? reject(error) : resolve(answer));
    stubs.makeUnaryRequest(path, serialize, deserialize, create(input, request), metadata, { deadline: Date.now() + 30_000 }, done);
  });
}

const get = stub(ContextMesh.method.get);
const push = stub(ContextMesh.method.push);
const value = { text: 'x'.repeat(240) };
const valueJson = JSON.stringify(value);
const content = { case: 'valueJson', value: valueJson };
const pairs = {
  get: [async () => JSON.parse((await get({ key: 'k' })).item.content.value), () => mesh.get('k')],
  push: [() => push({ item: { key: 'k', content }, requestId: crypto.randomUUID() }), () => mesh.push('k', value)],
};

async function secondsOf(call) {
  const start = performance.now();
  for (let i = 0; i < CALLS; i++) {
    await call();
  }
  return (performance.now() - start) / 1000;
}

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

await mesh.push('k', value);
for (const [name, calls] of Object.entries(pairs)) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push([await secondsOf(calls[0]), await secondsOf(calls[1])]);
  }
  const [bare, thin] = [0, 1].map((i) => CALLS / median(rounds.map((seconds) => seconds[i])));
  const overhead = (median(rounds.map(([before, after]) => after / before)) - 1) * 100;
  console.log(`${name.padEnd(5)} bare stubs ${bare.toFixed(0)}/s  thin layer ${thin.toFixed(0)}/s  overhead ${overhead.toFixed(1)} %`);
}
client.close();
stubs.close();
await server.stop();
