// A server with a certificate of an authority that the program does not know, or was told to trust.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { SynthaClient } from 'syntha';
import { SynthaClient as WebClient } from 'syntha/web';

let folder;
let identity;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'syntha-tls-'));
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert,
  ], { stdio: 'ignore' });
  identity = { key: await readFile(key), cert: await readFile(cert) };
});
after(() => rm(folder, { recursive: true }));

/** A server that knows no method, and its address. */
async function listening(t, server) {
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `https://localhost:${server.address().port}`;
}

test('an unknown authority is told of, and how to trust it', async (t) => {
  const address = await listening(t, createSecureServer(identity));
  const client = new SynthaClient({ address, maxAttempts: 1 });
  t.after(() => client.close());

  const untrusted = { status: 'UNAVAILABLE', message: /does not trust.*rootCertificates.*NODE_EXTRA_CA_CERTS/ };
  await assert.rejects(client.forUser('alice').get('k'), untrusted);
});

test('the same by gRPC-Web', async (t) => {
  const address = await listening(t, createServer(identity));
  const client = new WebClient({ address, maxAttempts: 1 });
  t.after(() => client.close());

  await assert.rejects(client.forUser('alice').get('k'), { status: 'UNAVAILABLE', message: /does not trust.*NODE_EXTRA_CA_CERTS/ });
});

test('an authority that is given is trusted', async (t) => {
  const server = createSecureServer(identity);
  const refusal = { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12' };
  server.on('stream', (stream) => stream.respond(refusal, { endStream: true }));
  const address = await listening(t, server);
  const client = new SynthaClient({ address, maxAttempts: 1, rootCertificates: identity.cert });
  t.after(() => client.close());

  await assert.rejects(client.forUser('alice').get('k'), { status: 'UNIMPLEMENTED' });
});
