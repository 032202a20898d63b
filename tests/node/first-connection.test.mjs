// What a client does when its first connection leads nowhere.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createSecureServer } from 'node:http2';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { SynthaClient } from 'syntha';

import { grpcAddress, httpAddress, newUserId } from './support/clients.mjs';

/** Passes connections on to the server, except the first ones, which are accepted and then silent. */
async function relay(t, silent) {
  const { hostname, port } = new URL(grpcAddress);
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    if (sockets.size <= silent) {
      socket.resume();
      return;
    }
    const far = connect({ host: hostname, port }).on('error', () => {});
    socket.pipe(far).pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    sockets.forEach((socket) => socket.destroy());
  });
  return { address: `http://127.0.0.1:${server.address().port}`, sockets };
}

function clientOf(t, address, options = {}) {
  const client = new SynthaClient({ address, connectTimeoutMs: 200, retryDelayMs: 1, maxRetryDelayMs: 100, maxAttempts: 50, ...options });
  t.after(() => client.close());
  return client.forUser(newUserId());
}

test('a push on a connection that is accepted and silent is made on a new one', async (t) => {
  const { address, sockets } = await relay(t, 1);
  const { position } = await clientOf(t, address).push('k', 1, { ifRevision: 0 });

  assert.equal(position.revision, 1);
  assert.ok(sockets.size >= 2);
});

test('when every connection is silent, the error tells the id of the write', async (t) => {
  const { address } = await relay(t, Infinity);

  const isUnknown = ({ isUnavailable, requestId }) => isUnavailable && requestId !== undefined;
  await assert.rejects(clientOf(t, address, { maxAttempts: 2 }).push('k', 1), isUnknown);
});

test('a stream on a connection that is accepted and silent is interrupted and then served', async (t) => {
  const { address } = await relay(t, 1);
  const told = [];
  for await (const event of clientOf(t, address).subscribe()) {
    told.push(event.type);
    if (event.type === 'established') {
      break;
    }
  }

  assert.deepEqual([told[0], told.at(-1)], ['interrupted', 'established']);
});

test('a subscription to a closed port is interrupted with the reason at once', async (t) => {
  const held = createServer().listen(0, '127.0.0.1');
  await once(held, 'listening');
  const { port } = held.address();
  held.close();
  await once(held, 'close');
  const events = clientOf(t, `http://127.0.0.1:${port}`).subscribe();
  const { value } = await events.next();
  await events.return();

  assert.equal(value.type, 'interrupted');
  assert.match(value.failure.message, /cannot be reached/);
});

for (const [name, address] of [['HTTP port', httpAddress], ['port without TLS', grpcAddress.replace('http:', 'https:')]]) {
  test(`a subscription to the ${name} is an error`, async (t) => {
    await assert.rejects(clientOf(t, address).subscribe().next(), { message: /another protocol/ });
  });
}

test('a server that asks for a client’s certificate is shown one', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'syntha-mtls-'));
  t.after(() => rm(folder, { recursive: true }));
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert,
  ], { stdio: 'ignore' });
  const identity = { key: await readFile(key), cert: await readFile(cert) };
  const server = createSecureServer({ ...identity, ca: identity.cert, requestCert: true, rejectUnauthorized: true });
  server.on('sessionError', () => {});
  server.on('tlsClientError', () => {});
  server.on('stream', (stream) => stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12' }, { endStream: true }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = `https://localhost:${server.address().port}`;
  const known = { rootCertificates: identity.cert, clientCertificate: identity.cert, clientKey: identity.key };

  await assert.rejects(clientOf(t, address, known).get('k'), { status: 'UNIMPLEMENTED' });
  await assert.rejects(
    clientOf(t, address, { rootCertificates: identity.cert, maxAttempts: 1 }).get('k'), { status: 'UNAVAILABLE' });
  assert.throws(() => new SynthaClient({ address, clientKey: identity.key }), /belong together/);
});
