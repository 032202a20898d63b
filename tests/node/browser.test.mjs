// The client's entry for browsers, in a browser: Debian's Chromium, over gRPC-Web.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { httpAddress, newUserId, ways } from './support/clients.mjs';
import { openPage } from './support/page.mjs';

let site;
before(async () => {
  site = await openPage(httpAddress);
});
after(async () => {
  await site?.close();
});

test('a page pushes, reads, lists and calls a tool', async () => {
  const told = await site.page.evaluate(async (userId) => {
    const mesh = new syntha.SynthaClient().forUser(userId);
    await mesh.push('trip', { city: 'Paris', nights: 3 }, { topics: ['travel'] });
    await mesh.registerAgentTopics('Planner', ['travel']);
    const result = await mesh.forAgent('Planner').handleToolCall('get_context', { keys: ['trip'] });
    const keys = [];
    for await (const item of mesh.list()) {
      keys.push(item.key);
    }
    return { value: await mesh.get('trip'), keys, result };
  }, newUserId());

  assert.deepEqual(told.value, { city: 'Paris', nights: 3 });
  assert.deepEqual(told.keys, ['trip']);
  assert.equal(told.result.success, true);
  assert.deepEqual(site.failures, []);
});

test('what another program pushes arrives in the page, also after a cut', async () => {
  const userId = newUserId();
  const mesh = ways['gRPC']().forUser(userId);
  await mesh.push('before', 0);
  await site.page.evaluate(async (userId) => {
    globalThis.seen = [];
    const events = new syntha.SynthaClient().forUser(userId).subscribe({ start: 'snapshot' });
    (async () => {
      for await (const event of events) {
        seen.push(event.type === 'committed' ? event.changes.map((change) => change.key).join() : event.type);
      }
    })();
  }, userId);
  await site.page.waitForFunction(() => seen.includes('snapshotCompleted'));

  await mesh.push('first', 1);
  await site.page.waitForFunction(() => seen.includes('first'));
  site.cut();
  await mesh.push('second', 2);
  await site.page.waitForFunction(() => seen.includes('second'));

  const seen = await site.page.evaluate(() => seen);
  assert.deepEqual(seen.filter((entry) => entry === 'first' || entry === 'second'), ['first', 'second']);
});

test('a refusal is typed in the page', async () => {
  const refusal = await site.page.evaluate(async (userId) => {
    const mesh = new syntha.SynthaClient().forUser(userId);
    await mesh.push('k', 1);
    try {
      await mesh.push('k', 2, { ifRevision: 0 });
      return null;
    } catch (error) {
      return { isOurs: error instanceof syntha.SynthaError, reason: error.reason, status: error.status };
    }
  }, newUserId());

  assert.deepEqual(refusal, { isOurs: true, reason: 'KEY_EXISTS', status: 'ALREADY_EXISTS' });
});

test('the page over the description of HTTP loads from the server alone, and tries a request out', async () => {
  const asked = new Set();
  const faults = [];
  const page = await site.newPage();
  page.on('request', (request) => asked.add(new URL(request.url()).origin));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(String(error)));
  const server = new URL(httpAddress).origin;
  await page.goto(`${server}/openapi`);
  await page.locator('.opblock-summary-path', { hasText: '/v1/stats' }).click();
  await page.getByRole('button', { name: 'Try it out' }).click();
  await page.getByRole('textbox', { name: 'user-id' }).or(page.getByPlaceholder('user-id')).first().fill(newUserId());
  await page.getByRole('button', { name: 'Execute' }).click();
  await page.locator('.live-responses-table .response-col_status', { hasText: '200' }).waitFor();

  assert.deepEqual([...asked].filter((origin) => origin !== server && origin !== 'null'), []);
  assert.deepEqual(faults, []);
  await page.close();
});
