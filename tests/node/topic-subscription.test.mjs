// A listener that hears of a topic in the background: when its promise resolves, and how it ends. The server and time are scripted.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { Code } from '@connectrpc/connect';

import { FakeTime } from './support/fake-time.mjs';
import { ScriptedClient, refusal, settled } from './support/scripted.mjs';
import { changes, created, established } from './support/stream-messages.mjs';

let client;
let server;
let time;
let said;

beforeEach(() => {
  time = new FakeTime();
  mock.method(Math, 'random', () => 1);
  said = mock.method(console, 'error', () => {});
  client = new ScriptedClient();
  server = client.server;
});

afterEach(() => {
  client.close();
  time.restore();
  mock.restoreAll();
});

/** Subscribes a listener, and returns the subscription once the server serves it. */
async function served(listener, options) {
  const subscribed = client.forUser('alice').forAgent('A').subscribeToTopic('t', listener, options);
  const stream = await server.nextStream();
  assert.equal(await Promise.race([subscribed, settled('waiting')]), 'waiting');
  stream.say(established(3));
  return [await subscribed, stream];
}

test('the promise resolves once the server serves the subscription, and the listener goes on hearing', async () => {
  const heard = [];
  const [subscription, stream] = await served((...news) => heard.push(news));
  stream.say(changes(4, created(4, 'a')), changes(5, created(5, 'b')));
  await settled();

  assert.deepEqual(heard, [['t', 'a', 'a'], ['t', 'b', 'b']]);
  assert.equal(subscription.isActive, true);
});

test('closing ends it, and is no failure', async () => {
  const heard = [];
  const [subscription, stream] = await served((_, key) => heard.push(key));
  subscription.close();
  stream.say(changes(4, created(4, 'late')));

  await subscription.wait();
  assert.deepEqual([heard, subscription.isActive, stream.signal.aborted], [[], false, true]);
  assert.equal(said.mock.callCount(), 0);
});

test('a listener may close its own subscription, and hears no more', async () => {
  const heard = [];
  const [subscription, stream] = await served((_, key) => {
    heard.push(key);
    subscription.close();
  });
  stream.say(changes(4, created(4, 'a')), changes(5, created(5, 'b')));

  await subscription.wait();
  assert.deepEqual(heard, ['a']);
});

test('a signal ends it with its reason', async () => {
  const stop = new AbortController();
  const [subscription] = await served(() => {}, { signal: stop.signal });
  stop.abort(new Error('enough'));

  await assert.rejects(subscription.wait(), /enough/);
  assert.equal(said.mock.callCount(), 0);
});

test('what the listener throws ends it, and whoever waits is told', async () => {
  const [subscription, stream] = await served(() => {
    throw new RangeError('of the listener');
  });
  const end = subscription.wait();
  stream.say(changes(4, created(4, 'a')));

  await assert.rejects(end, RangeError);
  assert.deepEqual([subscription.isActive, said.mock.callCount()], [false, 0]);
});

test('a failure that no caller waits for is written to the console', async () => {
  const [subscription, stream] = await served(() => {});
  stream.fail(refusal(Code.PermissionDenied, 'TOOL_NOT_ALLOWED'));
  await settled();

  assert.equal(said.mock.callCount(), 1);
  assert.match(said.mock.calls[0].arguments[0], /topic 't' has ended/);
  await assert.rejects(subscription.wait(), { reason: 'TOOL_NOT_ALLOWED' });
});

test('what is refused is told by the promise', async () => {
  const subscribed = client.forUser('alice').forAgent('A').subscribeToTopic('t', () => {});
  (await server.nextStream()).fail(refusal(Code.PermissionDenied, 'TOOL_NOT_ALLOWED'));

  await assert.rejects(subscribed, { reason: 'TOOL_NOT_ALLOWED' });
  assert.equal(said.mock.callCount(), 0);
});

test('a server that does not serve it in time is told of, with the last failure', async () => {
  const subscribed = client.forUser('alice').forAgent('A').subscribeToTopic('t', () => {});
  subscribed.catch(() => {});
  (await server.nextStream()).fail(refusal(Code.Unavailable, 'NODE_DRAINING'));
  await settled();
  time.tick(30_000);

  await assert.rejects(subscribed, { reason: 'NODE_DRAINING' });
});

test('a signal that has aborted before opens nothing', async () => {
  const stop = AbortSignal.abort(new Error('enough'));

  await assert.rejects(client.forUser('alice').forAgent('A').subscribeToTopic('t', () => {}, { signal: stop }), /enough/);
});
