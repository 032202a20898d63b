// The browser's entry: the modules that it imports, and the pages that may call.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { SynthaClient } from 'syntha/web';

import { httpAddress, newUserId } from './support/clients.mjs';

const IMPORT = /(?:from|import) ['"]([^'"]+)['"]/g;
const FOR_BROWSERS = [/^@bufbuild\/protobuf(\/|$)/, /^@connectrpc\/connect(\/|$)/, /^@connectrpc\/connect-web$/];

/** A client that sends an origin, as a page does. */
function clientOfPage(origin) {
  const { fetch } = globalThis;
  globalThis.fetch = (input, init) => {
    const headers = new Headers(init.headers);
    headers.set('origin', origin);
    return fetch(input, { ...init, headers });
  };
  return [new SynthaClient(httpAddress), () => (globalThis.fetch = fetch)];
}

test('the entry for browsers imports nothing that a browser has not', async () => {
  const seen = new Set();
  const foreign = new Set();
  const follow = async (url) => {
    if (seen.has(url.href)) {
      return;
    }
    seen.add(url.href);
    for (const [, name] of (await readFile(url, 'utf8')).matchAll(IMPORT)) {
      await (name.startsWith('.') ? follow(new URL(name, url)) : foreign.add(name));
    }
  };
  await follow(new URL('../../client/node/dist/web.js', import.meta.url));

  assert.ok(seen.size > 20);
  assert.deepEqual([...foreign].filter((name) => !FOR_BROWSERS.some((allowed) => allowed.test(name))), []);
});

test('a page of the server itself may call', async () => {
  const [client, restore] = clientOfPage(httpAddress);
  try {
    await client.forUser(newUserId()).push('k', 1);
  } finally {
    restore();
  }
});

test('a page of any other site may not, and writes nothing', async () => {
  const userId = newUserId();
  const [client, restore] = clientOfPage('https://example.com');
  try {
    await assert.rejects(client.forUser(userId).push('k', 1), { status: 'PERMISSION_DENIED', reason: undefined });
    // The refusal has no reason of the contract, as that of a proxy during a rollout. So the subscription tells of it, and tries again.
    const { value } = await client.forUser(userId).subscribe().next();
    assert.deepEqual([value.type, value.failure.status], ['interrupted', 'PERMISSION_DENIED']);
  } finally {
    restore();
  }
  assert.equal((await new SynthaClient(httpAddress).forUser(userId).getStats()).position.revision, 0);
});
