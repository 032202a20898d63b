// The scenario "The hostile proxy" of tests/conformance/README.md: nothing is lost, nothing happens twice, and every failure has its type.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { SynthaClient, SynthaError } from 'syntha';

import { grpcAddress, newUserId, ways } from './support/clients.mjs';

const PROGRAM = fileURLToPath(new URL('../../.artifacts/bin/Syntha.Hostile/release/Syntha.Hostile.dll', import.meta.url));
const CUTS = Number(process.env.SYNTHA_HOSTILE_CUTS || 60);

async function hostileProxy(t, seed) {
  const proxy = spawn('dotnet', [PROGRAM, grpcAddress, `${seed}`, `${CUTS}`], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => proxy.stdin.end());
  const [line] = await once(createInterface(proxy.stdout), 'line');
  const [address, control] = line.split(' ');
  return { address, isDone: async () => Number(await (await fetch(control)).text()) >= CUTS };
}

test('pushes and a stream through a hostile proxy lose nothing and repeat nothing', async (t) => {
  const proxy = await hostileProxy(t, 4);
  const userId = newUserId();
  const client = new SynthaClient({
    address: proxy.address, connectTimeoutMs: 200, retryDelayMs: 1, maxRetryDelayMs: 20, maxAttempts: 3,
  });
  t.after(() => client.close());
  const mesh = client.forUser(userId);
  const seen = [];
  let pushes = 0;
  let isLast = false;
  let serve;
  const served = new Promise((resolve) => (serve = resolve));
  const following = (async () => {
    for await (const event of mesh.subscribe({ heartbeatMs: 1_000 })) {
      if (event.type === 'established') {
        serve();
      } else if (event.type === 'committed') {
        seen.push(event.revision);
      }
      if (isLast && event.through?.revision >= pushes) {
        return;
      }
    }
  })();
  await Promise.race([served, following]);

  for (let isDone = false; !isDone; pushes++) {
    isDone = await proxy.isDone();
    let requestId;
    for (;;) {
      try {
        await mesh.push(`k${pushes}`, pushes, { ifRevision: 0, ...(requestId && { requestId }) });
        break;
      } catch (error) {
        assert.ok(error instanceof SynthaError && error.isUnavailable && error.requestId !== undefined, error);
        requestId = error.requestId;
      }
    }
  }
  isLast = true;
  await following;

  const direct = ways.gRPC();
  t.after(() => direct.close());
  const alice = direct.forUser(userId);
  const numbers = Array.from({ length: pushes }, (_, number) => number);
  assert.equal((await alice.getStats()).position.revision, pushes);
  assert.deepEqual(await Promise.all(numbers.map((number) => alice.get(`k${number}`))), numbers);
  assert.deepEqual(seen, numbers.map((number) => number + 1));
});
