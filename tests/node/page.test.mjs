// The page to look into a mesh: who may come in, what it may show, and what happens when the server goes away.
import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Browser } from './support/looker.mjs';
import { Mesh } from './support/mesh.mjs';
import { serve } from './support/pass-on.mjs';
import { Relay } from './support/relay.mjs';
import { Server } from './support/server.mjs';

const OPERATOR_KEY = `syntha_operator_${randomBytes(32).toString('base64url')}`;
const SECURED = [
  `--Authentication:OperatorKeySha256=${createHash('sha256').update(OPERATOR_KEY).digest('hex')}`, '--Page:Open=true', '--Doors:Http=true',
];

const newUserId = () => `page-${randomUUID()}`;

let browser;
let open;
let secured;
before(async () => {
  [browser, open, secured] = await Promise.all([Browser.open(), Server.start(), Server.start(...SECURED)]);
});
after(async () => {
  await browser?.close();
  await Promise.all([open?.stop(), secured?.stop()]);
});

/** A key that an operator makes. */
async function newKey(body) {
  const answer = await fetch(new URL('/v1/admin/keys', secured.http), {
    method: 'POST', headers: { authorization: `Bearer ${OPERATOR_KEY}` }, body: JSON.stringify(body),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}

const bearer = (secret) => ({ authorization: `Bearer ${secret}` });

/** What a server answers to an upgrade. */
async function upgrade(site, headers) {
  const { hostname, port } = new URL(site);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(`GET /_blazor?id=x HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
    + `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n`
    + `${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  const [head] = await once(socket, 'data');
  socket.destroy();
  return Number(String(head).split(' ')[1]);
}

test('every document of the page has a policy that allows nothing from elsewhere and nothing within the document', async () => {
  for (const [site, path] of [[open.http, '/'], [open.http, '/mesh?user=a'], [secured.http, '/sign-in']]) {
    const { headers } = await fetch(new URL(path, site));
    const policy = headers.get('content-security-policy');
    assert.equal(policy, "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'self'; "
      + "form-action 'self'; frame-ancestors 'none'");
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('referrer-policy'), 'same-origin');
  }
});

test('a page of another site cannot frame it, post to it, or open its socket', async () => {
  const evil = await serve((request, answer) => answer.writeHead(200, { 'content-type': 'text/html' }).end(
    `<!doctype html><title>Evil</title><iframe id="frame" src="${open.http}/mesh?user=alice"></iframe>`));
  try {
    const looker = await browser.looker(evil.url);
    looker.mayLose = true;
    await looker.page.goto(evil.url);
    const frame = await (await looker.page.$('#frame')).contentFrame();
    await frame.waitForLoadState();
    assert.equal(frame.url(), 'chrome-error://chromewebdata/');
    const told = await looker.page.evaluate(async (site) => {
      const socket = new WebSocket(`${site.replace('http', 'ws')}/_blazor`);
      const opened = await new Promise((resolve) => {
        socket.onopen = () => resolve(true);
        socket.onerror = () => resolve(false);
      });
      const posted = await fetch(`${site}/sign-in`, { method: 'POST', mode: 'no-cors', body: new URLSearchParams({ key: 'x' }) })
        .then((answer) => answer.type, () => 'failed');
      return { opened, posted };
    }, open.http);
    assert.equal(told.opened, false);
    for (const path of ['/sign-in', '/sign-out', '/_blazor/negotiate?negotiateVersion=1']) {
      const answer = await fetch(new URL(path, secured.http), { method: 'POST', headers: { origin: evil.url }, body: '' });
      assert.equal(answer.status, 403, path);
    }
    assert.equal(await upgrade(open.http, { Origin: evil.url }), 403);
    assert.equal(await upgrade(open.http, { Origin: 'null' }), 403);
    await looker.close();
  } finally {
    evil.close();
  }
});

test('without a key nothing but the form opens', async () => {
  const first = await fetch(new URL('/mesh', secured.http), { redirect: 'manual' });
  assert.equal(first.status, 302);
  assert.equal(new URL(first.headers.get('location')).pathname, '/sign-in');
  const negotiated = await fetch(new URL('/_blazor/negotiate?negotiateVersion=1', secured.http), { method: 'POST' });
  assert.equal(negotiated.status, 401);
  assert.equal(await upgrade(secured.http, {}), 401);
  assert.equal(await upgrade(secured.http, { Cookie: 'syntha-page=CfDJ8' }), 401);
});

test('the form is guarded against forgery, bounded, and leads nowhere else', async () => {
  const post = (body, headers = {}) => fetch(new URL('/sign-in', secured.http), { method: 'POST', redirect: 'manual', body, headers });
  const forged = await post(new URLSearchParams({ key: OPERATOR_KEY }));
  assert.match(forged.headers.get('location'), /^\/sign-in\?why=expired/);
  assert.equal(forged.headers.get('set-cookie'), null);
  assert.equal((await post(new URLSearchParams({ key: 'k'.repeat(20_000) }))).status, 413);
  assert.equal((await post(JSON.stringify({ key: OPERATOR_KEY }), { 'content-type': 'application/json' })).status, 413);

  const page = await fetch(new URL('/sign-in?next=//evil.example/', secured.http));
  const html = await page.text();
  const cookie = page.headers.get('set-cookie').split(';')[0];
  assert.match(page.headers.get('set-cookie'), /samesite=strict; httponly/i);
  const token = /name="__RequestVerificationToken" value="([^"]+)"/.exec(html)[1];
  const signedIn = await post(
    new URLSearchParams({ __RequestVerificationToken: token, key: OPERATOR_KEY, next: '//evil.example/' }), { cookie });
  assert.equal(signedIn.status, 302);
  assert.equal(signedIn.headers.get('location'), '/');
  const own = signedIn.headers.get('set-cookie');
  assert.match(own, /^syntha-page=/);
  assert.match(own, /samesite=strict/i);
  assert.match(own, /httponly/i);
  assert.doesNotMatch(decodeURIComponent(own), new RegExp(OPERATOR_KEY.slice(-20)));

  // Behind a proxy with a certificate the cookie stays with TLS.
  const { host } = new URL(secured.http);
  const behind = await post(
    new URLSearchParams({ __RequestVerificationToken: token, key: OPERATOR_KEY }), { cookie, origin: `https://${host}` });
  assert.match(behind.headers.get('set-cookie'), /secure/i);
  assert.doesNotMatch(own, /; secure/i);
});

test('a key that opens nothing is told, and one that does opens what it opens', async () => {
  const [alice, bob] = [newUserId(), newUserId()];
  const [ofAlice, ofBob, ofAgent] = await Promise.all([
    newKey({ scope: 'USER', user_id: alice }), newKey({ scope: 'USER', user_id: bob }),
    newKey({ scope: 'AGENT', user_id: alice, agent: 'Planner' }),
  ]);
  await new Mesh(secured.http, alice, bearer(ofAlice.secret)).push('of-alice', { city: 'Paris' }, { topics: ['travel'] });
  await new Mesh(secured.http, alice, bearer(ofAlice.secret)).push('for-all', 1);
  await new Mesh(secured.http, bob, bearer(ofBob.secret)).push('of-bob', 'secret of bob');
  const [first, second, agent, operator] = await Promise.all([1, 2, 3, 4].map(() => browser.looker(secured.http)));

  await first.signIn('syntha_nobody');
  await first.page.getByText('The key opens nothing').waitFor();

  // Two users side by side. The address cannot choose another one.
  await first.signIn(ofAlice.secret, `/mesh?user=${bob}`);
  await second.signIn(ofBob.secret, `/mesh?user=${alice}`);
  await first.page.getByText('of-alice').first().waitFor();
  await second.page.getByText('of-bob').first().waitFor();
  assert.ok(!(await first.text()).includes('of-bob'));
  assert.ok(!(await second.text()).includes('of-alice'));
  assert.equal(await first.page.evaluate(() => document.cookie), '');

  // An agent sees what the agent sees, and an operator nothing of a user.
  await agent.signIn(ofAgent.secret, '/mesh');
  await agent.page.getByText('for-all').first().waitFor();
  assert.ok(!(await agent.text()).includes('of-alice'));
  await operator.signIn(OPERATOR_KEY, `/mesh?user=${alice}`);
  await operator.page.getByRole('heading', { level: 1, name: /Operator|Not with this key/ }).waitFor();
  assert.ok(!(await operator.text()).includes('of-alice'));

  await first.page.getByRole('button', { name: 'Sign out' }).click();
  await first.page.getByLabel('API key or token').waitFor();
  assert.equal((await first.context.cookies()).filter(({ name }) => name === 'syntha-page').length, 0);
  for (const looker of [first, second, agent, operator]) {
    await looker.assertClean();
    await looker.close();
  }
});

test('a key that is revoked ends what its page shows', async () => {
  const user = newUserId();
  const { secret, key } = await newKey({ scope: 'USER', user_id: user });
  await new Mesh(secured.http, user, bearer(secret)).push('k', 1);
  const looker = await browser.looker(secured.http);
  await looker.signIn(secret, '/mesh');
  await looker.page.getByText('k', { exact: true }).first().waitFor();

  const revoked = await fetch(new URL(`/v1/admin/keys/${key.id}`, secured.http), { method: 'DELETE', headers: bearer(OPERATOR_KEY) });
  assert.equal(revoked.status, 200);

  await looker.page.getByText('CREDENTIALS_INVALID').first().waitFor();
  await looker.close();
});

test('an open page is a session that operators see, with the address of its browser', async () => {
  const user = newUserId();
  await new Mesh(open.http, user).push('k', 1);
  const looker = await browser.looker(open.http);
  await looker.open(`/mesh?user=${user}`, 'Mesh');
  await looker.page.getByText('k', { exact: true }).first().waitFor();

  const sessions = async () => (await (await fetch(new URL('/v1/admin/sessions', open.http))).json()).sessions
    .filter((session) => session.user_id === user && session.live_streams > 0);
  assert.equal((await sessions()).length, 1);
  assert.match((await sessions())[0].client_address, /^127\.0\.0\.1:\d+$/);
  await looker.close();
});

test('the server bounds how many pages are open, and says so', async () => {
  const small = await Server.start('--Page:MaxOpen=1');
  try {
    const first = await browser.looker(small.http);
    await first.open('/mesh?user=a', 'Mesh');
    const second = await browser.looker(small.http);
    second.mayLose = true;
    await second.page.goto(`${small.http}/mesh?user=a`);
    await second.page.getByText('too many are open').waitFor();
    // No other way in than the socket, which is counted.
    const negotiated = await (await fetch(new URL('/_blazor/negotiate?negotiateVersion=1', small.http), { method: 'POST' })).json();
    const polled = await fetch(new URL(`/_blazor?id=${negotiated.connectionToken}`, small.http));
    assert.equal(polled.status, 400);
    await first.close();
    await second.close();
  } finally {
    await small.stop();
  }
});

test('a restart of the server is told, and the page goes on where it was', async () => {
  const server = await Server.start();
  const relay = await Relay.to(server.http);
  try {
    const user = newUserId();
    await new Mesh(server.http, user).push('before', 1);
    const looker = await browser.looker(relay.address);
    looker.mayLose = true;
    await looker.open(`/mesh?user=${user}&find=b`, 'Mesh');
    await looker.page.getByText('before').first().waitFor();

    // The connection alone is lost: the page goes on without loading anew.
    await looker.page.evaluate(() => { globalThis.isTheSame = true; });
    relay.break();
    await new Mesh(server.http, user).push('between', 2);
    await looker.page.getByText('between').first().waitFor();
    assert.equal(await looker.page.evaluate(() => globalThis.isTheSame), true);

    // The server goes away. The page says so for as long as it does.
    const restarted = server.restart();
    await looker.page.getByText('The server does not answer').waitFor();
    await restarted;
    relay.send(server.http);
    await new Mesh(server.http, user).push('behind', 3);
    await looker.page.getByText('behind').first().waitFor();
    assert.equal(new URL(looker.page.url()).searchParams.get('user'), user);
    assert.equal(await looker.page.evaluate(() => globalThis.isTheSame), undefined);
    await looker.close();
  } finally {
    relay.close();
    await server.stop();
  }
});

test('who signed in stays so through a restart, where the key ring is kept', async () => {
  const ring = await mkdtemp(join(tmpdir(), 'syntha-ring-'));
  const server = await Server.start(...SECURED, `--Page:KeyRingPath=${ring}`);
  const relay = await Relay.to(server.http);
  try {
    const looker = await browser.looker(relay.address);
    looker.mayLose = true;
    await looker.signIn(OPERATOR_KEY, '/operator?part=keys');
    await looker.page.getByRole('heading', { level: 1 }).waitFor();
    await looker.page.evaluate(() => { globalThis.isTheSame = true; });

    await server.restart();
    relay.send(server.http);
    await looker.page.waitForFunction(() => globalThis.isTheSame === undefined && document.querySelector('h1') !== null);

    assert.equal(new URL(looker.page.url()).pathname, '/operator');
    assert.equal(new URL(looker.page.url()).searchParams.get('part'), 'keys');
    await looker.close();
  } finally {
    relay.close();
    await server.stop();
    await rm(ring, { recursive: true });
  }
});

test('a server that stops does not wait for open pages', async () => {
  const server = await Server.start('--Server:DrainTimeout=00:01:00');
  try {
    const looker = await browser.looker(server.http);
    looker.mayLose = true;
    await looker.open('/mesh?user=a', 'Mesh');

    const took = await server.stopInOrder();

    assert.ok(took < 30_000, `${took} ms`);
    await looker.page.getByText('The server does not answer').waitFor();
    await looker.close();
  } finally {
    await server.stop();
  }
});
