// The events of a subscription, and how it goes on after a break. The server and time are scripted.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { Code } from '@connectrpc/connect';

import { FakeTime } from './support/fake-time.mjs';
import { ScriptedClient, refusal, settled } from './support/scripted.mjs';
import {
  at, changes, chunk, created, ending, EPOCH, established, progress, reset, snapshotEnd,
} from './support/stream-messages.mjs';

const HEARTBEAT_MS = 15_000;
const SHUTDOWN = 1;
const BROKEN = () => refusal(Code.Unavailable);

let client;
let server;
let time;

beforeEach(() => {
  time = new FakeTime();
  // Each wait is the longest possible, so that a test knows it.
  mock.method(Math, 'random', () => 1);
  client = new ScriptedClient();
  server = client.server;
});

afterEach(() => {
  client.close();
  time.restore();
  mock.restoreAll();
});

/** Opens a subscription that is served. */
async function open(options, revision = 3) {
  const events = client.forUser('alice').subscribe(options);
  const first = events.next();
  const stream = await server.nextStream();
  stream.say(established(revision));
  return { events, stream, first: (await first).value };
}

async function take(events, count) {
  const taken = [];
  while (taken.length < count) {
    taken.push((await events.next()).value);
  }
  return taken;
}

/** Lets the wait after an interruption pass, and returns the stream that comes next. */
async function reopened(events, delayMs) {
  const next = events.next();
  next.catch(() => {});
  time.tick(delayMs);
  return [await server.nextStream(), next];
}

const startOf = ({ request }) => request.start.place;

describe('events', () => {
  test('established is the first event, and a place to resume at', async () => {
    const { first, stream } = await open();

    assert.equal(startOf(stream).case, 'now');
    assert.deepEqual(first, {
      type: 'established', position: at(3), oldestRevision: 1, heartbeatMs: HEARTBEAT_MS, isSnapshotAhead: false, isReconnected: false,
      through: at(3),
    });
  });

  test('several revisions in a message come as one event each', async () => {
    const { events, stream } = await open();
    stream.say(changes(9, created(4, 'a'), created(5, 'b'), created(5, 'c', 1)));

    const [first, second] = await take(events, 2);

    assert.deepEqual([first.revision, first.through, first.changes.map(({ key }) => key)], [4, at(4), ['a']]);
    assert.deepEqual([second.revision, second.through, second.changes.map(({ key }) => key)], [5, at(9), ['b', 'c']]);
  });

  test('the pieces of one revision come as one event', async () => {
    const { events, stream } = await open();
    stream.say(changes(undefined, created(4, 'a')), changes(undefined, created(4, 'b', 1)), changes(4, created(4, 'c', 2)));

    const [event] = await take(events, 1);

    assert.deepEqual(event.changes.map(({ key, index }) => [key, index]), [['a', 0], ['b', 1], ['c', 2]]);
    assert.equal(event.changes[0].item.value, 'a');
  });

  test('what a newer server says is unknown', async () => {
    const { events, stream } = await open();
    stream.say({}, changes(4, { ...created(4, 'a'), kind: 99 }));

    const [unknown, committed] = await take(events, 2);

    assert.equal(unknown.type, 'unknown');
    assert.equal(committed.changes[0].kind, 'UNKNOWN');
  });

  test('a snapshot comes as started, items, completed', async () => {
    const { events, stream, first } = await open({ start: 'snapshot' });
    stream.say(chunk('a', 'b'), chunk('c'), snapshotEnd(3));

    const taken = await take(events, 4);

    assert.equal(startOf(stream).case, 'snapshot');
    assert.equal(first.through, undefined);
    assert.deepEqual(taken.map(({ type }) => type), ['snapshotStarted', 'snapshotItems', 'snapshotItems', 'snapshotCompleted']);
    assert.deepEqual(taken.map(({ through }) => through), [undefined, undefined, undefined, at(3)]);
  });
});

describe('after a break', () => {
  test('after an event it goes on after that', async () => {
    const { events, stream } = await open();
    stream.say(changes(4, created(4, 'a')), progress(7));
    await take(events, 2);
    stream.fail(BROKEN());
    const [interrupted] = await take(events, 1);

    const [second, next] = await reopened(events, interrupted.delayMs);
    second.say(established(8));

    assert.deepEqual([interrupted.reason, interrupted.attempt, interrupted.failure.status], ['FAILED', 1, 'UNAVAILABLE']);
    assert.deepEqual(startOf(second).value, { epoch: EPOCH, revision: 7n });
    assert.equal((await next).value.isReconnected, true);
  });

  test('before anything came it goes on at the first position', async () => {
    const { events, stream } = await open();
    stream.end();
    const [{ reason, delayMs }] = await take(events, 1);

    const [second] = await reopened(events, delayMs);

    assert.equal(reason, 'ENDED');
    assert.deepEqual(startOf(second).value, { epoch: EPOCH, revision: 3n });
  });

  test('a revision that had come in part is read anew', async () => {
    const { events, stream } = await open();
    stream.say(changes(undefined, created(4, 'a')));
    stream.fail(BROKEN());
    const [{ delayMs }] = await take(events, 1);
    const [second, next] = await reopened(events, delayMs);
    second.say(established(4), changes(4, created(4, 'a'), created(4, 'b', 1)));
    await next;

    const [committed] = await take(events, 1);

    assert.deepEqual(startOf(second).value, { epoch: EPOCH, revision: 3n });
    assert.deepEqual(committed.changes.map(({ key }) => key), ['a', 'b']);
  });

  test('a snapshot that had come in part is begun anew', async () => {
    const { events, stream } = await open({ start: 'snapshot' });
    stream.say(chunk('a'));
    stream.fail(BROKEN());
    const [, , { delayMs }] = await take(events, 3);

    const [second] = await reopened(events, delayMs);

    assert.equal(startOf(second).case, 'snapshot');
  });

  test('an end that the server announces says why', async () => {
    const { events, stream } = await open();
    stream.say(ending(SHUTDOWN));

    const [{ type, reason }] = await take(events, 1);

    assert.deepEqual([type, reason], ['interrupted', 'SHUTTING_DOWN']);
  });

  for (const reason of ['HISTORY_COMPACTED', 'EPOCH_CHANGED', 'REVISION_IN_FUTURE']) {
    test(`a position that is void (${reason}) resets, and a snapshot follows at once`, async () => {
      const events = client.forUser('alice').subscribe({ start: { after: at(2, 'e0') } });
      const first = events.next();
      const stream = await server.nextStream();
      stream.fail(refusal(Code.OutOfRange, reason));
      const { value: told } = await first;
      const next = events.next();
      const second = await server.nextStream();
      second.say(established(9, { epoch: 'e2' }), chunk('a'), snapshotEnd(9, 'e2'));

      assert.deepEqual(startOf(stream).value, { epoch: 'e0', revision: 2n });
      assert.deepEqual([told.type, told.reason], ['reset', reason]);
      assert.equal(startOf(second).case, 'snapshot');
      assert.equal((await next).value.isSnapshotAhead, true);
      assert.deepEqual((await take(events, 3)).at(-1).through, at(9, 'e2'));
    });
  }

  test('a position that is void time after time waits', async () => {
    const events = client.forUser('alice').subscribe({ start: { after: at(2) } });
    const first = events.next();
    (await server.nextStream()).fail(refusal(Code.FailedPrecondition, 'EPOCH_CHANGED'));
    await first;
    const again = events.next();
    (await server.nextStream()).fail(refusal(Code.FailedPrecondition, 'EPOCH_CHANGED'));
    await again;

    const third = events.next();
    const opened = server.nextStream();
    time.tick(399);
    assert.equal(await Promise.race([opened, settled('waiting')]), 'waiting');
    time.tick(1);
    (await opened).say(established(1));

    assert.equal((await third).value.type, 'established');
  });

  test('a reset by the server has a snapshot, which a break begins anew', async () => {
    const { events, stream } = await open();
    stream.say(reset(5), chunk('a'));
    stream.fail(BROKEN());
    const [told, started, , { delayMs }] = await take(events, 4);

    const [second] = await reopened(events, delayMs);

    assert.deepEqual([told.type, told.reason, started.type, started.position], ['reset', 'AUDIENCE_CHANGED', 'snapshotStarted', at(5)]);
    assert.equal(startOf(second).case, 'snapshot');
  });

  test('topics are registered once', async () => {
    const events = client.forUser('alice').forAgent('A').subscribeToTopics(['t'], { start: 'snapshot' });
    const first = events.next();
    const stream = await server.nextStream();
    stream.say(established(3));
    await first;
    stream.fail(BROKEN());
    const [, { delayMs }] = await take(events, 2);

    const [second] = await reopened(events, delayMs);

    const asked = ({ request: { filter, skipRegistration, asAgent } }) => [filter.topics, skipRegistration, asAgent];
    assert.deepEqual([stream, second].map(asked), [[['t'], false, 'A'], [['t'], true, 'A']]);
  });

  test('topics of a stream that was never served are registered still', async () => {
    const events = client.forUser('alice').forAgent('A').subscribeToTopics(['t']);
    const first = events.next();
    (await server.nextStream()).fail(BROKEN());
    const { value: { delayMs } } = await first;

    const [second] = await reopened(events, delayMs);

    assert.equal(second.request.skipRegistration, false);
  });
});

describe('silence', () => {
  test('of two heartbeats while it is read makes it connect again', async () => {
    const { events, stream } = await open();
    const next = events.next();
    time.tick(2 * HEARTBEAT_MS - 1);
    assert.equal(await Promise.race([next, settled('reading')]), 'reading');
    time.tick(1);

    const { value } = await next;

    assert.deepEqual([value.type, value.reason], ['interrupted', 'SILENT']);
    assert.equal(stream.signal.aborted, true);
  });

  test('begins anew with any message', async () => {
    const { events, stream } = await open();
    for (let revision = 4; revision < 8; revision++) {
      const next = events.next();
      time.tick(2 * HEARTBEAT_MS - 1);
      stream.say(progress(revision));
      assert.equal((await next).value.type, 'progress');
    }
  });

  test('while nobody reads counts for nothing', async () => {
    const { events, stream } = await open();
    time.tick(100 * HEARTBEAT_MS);
    stream.say(progress(4));

    assert.equal((await events.next()).value.type, 'progress');
  });

  test('before it is served has the time of a call', async () => {
    const events = client.forUser('alice').subscribe();
    const next = events.next();
    await server.nextStream();
    await settled();
    time.tick(30_000);

    assert.equal((await next).value.reason, 'SILENT');
  });
});

describe('waits', () => {
  test('grow while the stream gets no further', async () => {
    const { events, stream } = await open({ retryDelayMs: 100, maxRetryDelayMs: 500 });
    let current = stream;
    const waits = [];
    for (let attempt = 1; attempt <= 4; attempt++) {
      current.fail(BROKEN());
      const [{ delayMs, attempt: told }] = await take(events, 1);
      waits.push([told, delayMs]);
      const [next, served] = await reopened(events, delayMs);
      // A stream that is served has got no further yet.
      next.say(established(3));
      await served;
      current = next;
    }

    assert.deepEqual(waits, [[1, 100], [2, 200], [3, 400], [4, 500]]);
  });

  test('begin anew when it does', async () => {
    const { events, stream } = await open();
    stream.fail(BROKEN());
    const [{ delayMs }] = await take(events, 1);
    const [second, served] = await reopened(events, delayMs);
    second.say(established(3), progress(4));
    await served;
    second.fail(BROKEN());

    const [, interrupted] = await take(events, 2);

    assert.equal(interrupted.attempt, 1);
  });

  test('heed what the server asks for, up to the longest', async () => {
    const { events, stream } = await open();
    stream.fail(refusal(Code.Unavailable, 'NODE_DRAINING', { retryAfterSeconds: 2 }));
    const [first] = await take(events, 1);
    const [second, next] = await reopened(events, first.delayMs);
    second.fail(refusal(Code.Unavailable, 'NODE_DRAINING', { retryAfterSeconds: 60 }));

    const { value: again } = await next;

    assert.deepEqual([first.delayMs, again.delayMs], [2_200, 5_000]);
  });
});

describe('the end', () => {
  test('comes by what no attempt would mend', async () => {
    const { events, stream } = await open();
    stream.fail(refusal(Code.PermissionDenied, 'TOOL_NOT_ALLOWED', { metadata: { tool: 'get_context' } }));

    await assert.rejects(events.next(), { name: 'SynthaError', reason: 'TOOL_NOT_ALLOWED', metadata: { tool: 'get_context' } });
    assert.equal((await events.next()).done, true);
  });

  test('comes by the limit of streams, but not once it was served', async () => {
    const refused = client.forUser('alice').subscribe();
    const first = refused.next();
    (await server.nextStream()).fail(refusal(Code.ResourceExhausted, 'QUOTA_STREAMS'));
    await assert.rejects(first, { reason: 'QUOTA_STREAMS' });

    const { events, stream } = await open();
    stream.fail(refusal(Code.ResourceExhausted, 'QUOTA_STREAMS'));

    assert.equal((await take(events, 1))[0].type, 'interrupted');
  });

  test('comes by the signal while it is read', async () => {
    const stop = new AbortController();
    const { events, stream } = await open({ signal: stop.signal });
    const next = events.next();
    stop.abort(new Error('enough'));

    await assert.rejects(next, /enough/);
    assert.equal(stream.signal.aborted, true);
  });

  test('comes by the signal while it waits', async () => {
    const stop = new AbortController();
    const { events, stream } = await open({ signal: stop.signal });
    stream.fail(BROKEN());
    await take(events, 1);
    const next = events.next();
    stop.abort(new Error('enough'));

    await assert.rejects(next, /enough/);
  });

  test('comes by leaving the loop', async () => {
    const { events, stream } = await open();
    await events.return();

    assert.equal(stream.signal.aborted, true);
  });

  test('comes by closing the client', async () => {
    const { events } = await open();
    const next = events.next();
    client.close();

    await assert.rejects(next, /closed/);
  });
});
