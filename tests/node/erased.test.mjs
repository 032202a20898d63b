// A server that asks for credentials, and a user who is erased while a stream is open: the client does not bring the user back.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { SynthaClient } from 'syntha';

import { newUserId } from './support/clients.mjs';
import { Server } from './support/server.mjs';

const PROGRAM = fileURLToPath(new URL('../../.artifacts/bin/Syntha.Cli/release/syntha.dll', import.meta.url));
const OPERATOR_KEY = `syntha_operator_${randomBytes(32).toString('base64url')}`;

let server;

before(async () => {
  const hash = createHash('sha256').update(OPERATOR_KEY).digest('hex');
  server = await Server.start(`--Authentication:OperatorKeySha256=${hash}`);
});
after(() => server.stop());

/** What a command of the operator prints. */
async function operator(...command) {
  const env = { ...process.env, SYNTHA_OPERATOR_KEY: OPERATOR_KEY, SYNTHA_SERVER: server.grpc };
  return (await promisify(execFile)('dotnet', [PROGRAM, ...command], { env })).stdout;
}

test('a stream of a user who is erased ends with the reason, and makes no user', async (t) => {
  const user = newUserId();
  const apiKey = /syntha_[A-Za-z0-9]+_[A-Za-z0-9_-]{43}/.exec(await operator('keys', 'create', '--user', user))[0];
  const client = new SynthaClient({ address: server.grpc, apiKey });
  t.after(() => client.close());
  const mesh = client.forUser(user);
  await mesh.push('k', 1);
  const events = mesh.subscribe()[Symbol.asyncIterator]();
  assert.equal((await events.next()).value.type, 'established');
  assert.match(await operator('users', 'list'), new RegExp(user));

  await operator('users', 'delete', user, '--yes');

  const ended = async () => {
    while (!(await events.next()).done);
  };
  await assert.rejects(ended, { reason: 'CREDENTIALS_INVALID' });
  await assert.rejects(mesh.push('k', 2), { reason: 'CREDENTIALS_INVALID' });
  assert.doesNotMatch(await operator('users', 'list'), new RegExp(user));
});
