// Claims: waiting in line, renewals and guards. tests/conformance/claims.json shows what each call means.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { Code } from '@connectrpc/connect';
import { Claim, Patch, SynthaError } from 'syntha';

import { grpcAddress, httpAddress, newUserId, ways } from './support/clients.mjs';
import { FakeTime } from './support/fake-time.mjs';
import { Relay } from './support/relay.mjs';
import { ScriptedClient, refusal, settled } from './support/scripted.mjs';

const ADDRESSES = { 'gRPC': grpcAddress, 'gRPC-Web': httpAddress };
const POSITION = { epoch: 'e', revision: 7n };
const TOKEN = { name: 'job', position: { epoch: 'e', revision: 7 } };
const CLAIMS = 5;

const claimed = (leaseSeconds = 60n, waiting = []) => ({
  name: 'job',
  holder: { agent: 'A' },
  token: { name: 'job', position: POSITION },
  expireTime: { seconds: 1_800_000_000n },
  lease: { seconds: leaseSeconds },
  waiting: waiting.map((agent) => ({ agent })),
});
const waiting = (place, ...line) => ({ waiting: { place, ticket: 't', claim: claimed(60n, line) } });
const LOST = () => refusal(Code.FailedPrecondition, 'CLAIM_LOST');
const DOWN = () => refusal(Code.Unavailable, 'STORE_DOWN');

describe('claims, scripted', () => {
  let time;
  let client;
  let server;
  let mesh;

  beforeEach(() => {
    time = new FakeTime();
    // Each wait is the longest possible, so that a test knows it.
    mock.method(Math, 'random', () => 1);
    client = new ScriptedClient();
    server = client.server;
    mesh = client.forUser('alice');
  });

  afterEach(() => {
    client.close();
    time.restore();
    mock.restoreAll();
  });

  /** A claim that the scripted server has given. */
  async function held(leaseSeconds) {
    const claiming = mesh.claim('job');
    (await server.nextCall()).answer({ position: POSITION, claim: claimed(leaseSeconds) });
    return claiming;
  }

  test('a line comes back under its id, and tells only what is new', async () => {
    const line = mesh.awaitClaim('job', { leaseSeconds: 90, topics: ['t'], graceSeconds: 20, agentName: 'A' });
    const events = line[Symbol.asyncIterator]();
    const first = events.next();
    const stream = await server.nextStream();
    stream.say(waiting(2, 'B', 'A'), waiting(2, 'B', 'A'), waiting(1, 'A'));
    const places = [(await first).value, (await events.next()).value];
    stream.fail(DOWN());
    const interrupted = (await events.next()).value;
    const last = events.next();
    await settled();
    time.tick(interrupted.delayMs);
    const again = await server.nextStream();
    again.say(waiting(1, 'A'), { held: claimed() });

    const told = places.map(({ type, place, claim }) => [type, place, claim.waiting]);
    assert.deepEqual(told, [['waiting', 2, ['B', 'A']], ['waiting', 1, ['A']]]);
    assert.deepEqual([interrupted.type, interrupted.failure.reason], ['interrupted', 'STORE_DOWN']);
    assert.equal((await last).done, true);
    assert.deepEqual([line.claim.token, line.claim.leaseSeconds], [TOKEN, 60]);
    const { requestId, asAgent, claim, grace, heartbeat } = stream.request;
    assert.deepEqual([requestId, again.request.requestId], [line.requestId, line.requestId]);
    assert.deepEqual([asAgent, claim.lease.seconds, claim.topics, grace.seconds], ['A', 90n, ['t'], 20n]);
    assert.ok(Number(heartbeat.seconds) * 2 < 20, 'a silent connection is noticed while the place is there');
  });

  test('a line whose connection is silent comes back within the grace time', async () => {
    const waited = mesh.awaitClaim('job', { graceSeconds: 10 }).wait();
    const stream = await server.nextStream();
    stream.say(waiting(1, 'A'));
    await settled();
    time.tick(4_000);
    await settled();
    time.tick(2_500);
    (await server.nextStream()).say({ held: claimed() });

    assert.equal((await waited).name, 'job');
  });

  for (const [reason, code] of [['CLAIM_HELD', Code.Aborted], ['QUOTA_CLAIMS', Code.ResourceExhausted]]) {
    test(`a line ends where the server says ${reason}, and the caller may come back`, async () => {
      const line = mesh.awaitClaim('job');
      const refused = assert.rejects(line.wait(), { reason });
      (await server.nextStream()).fail(refusal(code, reason));
      await refused;
      const again = line.wait();
      const stream = await server.nextStream();
      stream.say({ held: claimed() });

      assert.equal(stream.request.requestId, line.requestId);
      assert.deepEqual((await again).token, TOKEN);
    });
  }

  test('a line that is left gives up its place, and a loop of it throws', async () => {
    const line = mesh.forAgent('A').awaitClaim('job');
    const waited = assert.rejects(line.wait(), /left the line/);
    (await server.nextStream()).say(waiting(1, 'A'));
    await settled();
    const leaving = line.leave();
    const call = await server.nextCall();
    call.answer({ left: true });

    assert.equal(await leaving, true);
    await waited;
    assert.deepEqual([call.name, call.request.name, call.request.ticket, call.request.asAgent], ['LeaveClaim', 'job', line.requestId, 'A']);
  });

  test('a signal ends the wait with its reason', async () => {
    const stop = new AbortController();
    const waited = assert.rejects(mesh.awaitClaim('job', { signal: stop.signal }).wait(), /enough/);
    (await server.nextStream()).say(waiting(1, 'A'));
    await settled();
    stop.abort(new Error('enough'));

    await waited;
  });

  test('a kept claim is renewed each third of its lease, until it is released', async () => {
    const claim = (await held(60n)).keep();
    for (const _ of [1, 2, 3]) {
      time.tick(20_000);
      const call = await server.nextCall();
      assert.deepEqual([call.name, call.request.lease], ['RenewClaim', undefined]);
      call.answer({ position: POSITION, expireTime: { seconds: 1_800_000_060n } });
      await settled();
    }
    const released = claim.release();
    (await server.nextCall()).answer({});
    await released;
    time.tick(600_000);

    assert.equal(await Promise.race([server.nextCall(), settled('no call')]), 'no call');
    assert.equal(claim.expireTime.getTime(), 1_800_000_060_000);
    assert.equal(claim.lost.aborted, false);
  });

  test('a kept claim is lost at once when the server says so', async () => {
    const told = [];
    const claim = (await held(60n)).keep((failure) => told.push(failure));
    time.tick(20_000);
    (await server.nextCall()).fail(LOST());
    await settled();

    assert.deepEqual([claim.lost.aborted, claim.lost.reason.reason], [true, 'CLAIM_LOST']);
    assert.deepEqual(told, [claim.lost.reason]);
  });

  test('a kept claim is lost when no renewal succeeds within its lease', async () => {
    client = new ScriptedClient({ maxAttempts: 1 });
    [server, mesh] = [client.server, client.forUser('alice')];
    const claim = (await held(60n)).keep();
    time.tick(20_000);
    (await server.nextCall()).fail(DOWN());
    await settled();
    time.tick(5_000);
    const hanging = await server.nextCall();
    time.tick(34_000);
    await settled();
    assert.equal(claim.lost.aborted, false);
    time.tick(1_000);
    await settled();

    assert.deepEqual([claim.lost.aborted, claim.lost.reason.reason], [true, 'STORE_DOWN']);
    hanging.answer({ expireTime: { seconds: 1_800_000_060n } });
    await settled();
    time.tick(600_000);
    assert.equal(await Promise.race([server.nextCall(), settled('no call')]), 'no call');
  });

  test('a claim whose begin is not known here is renewed at once when it is kept', async () => {
    const waited = mesh.awaitClaim('job').wait();
    (await server.nextStream()).say({ held: claimed() });
    (await waited).keep();
    time.tick(0);

    assert.equal((await server.nextCall()).name, 'RenewClaim');
  });

  test('a claim that an earlier call has got is renewed at once when it is kept', async () => {
    for (const side of [mesh, mesh.forAgent('A')]) {
      const claiming = side.claim('job', { requestId: '01938f00-0000-7000-8000-000000000001' });
      (await server.nextCall()).answer({ position: POSITION, claim: claimed(600n), replayed: true });
      (await claiming).keep();
      time.tick(0);

      assert.equal((await server.nextCall()).name, 'RenewClaim');
    }
  });

  test('a closed client keeps no claim', async () => {
    const claim = (await held(60n)).keep();
    client.close();
    time.tick(20_000);
    await settled();

    assert.match(claim.lost.reason.message, /closed/);
  });

  test('a claim that is disposed of is released, and a loss is told', async () => {
    const claims = [await held(), await held(), await held()];
    const disposing = claims.map((claim) => claim[Symbol.asyncDispose]());
    const calls = [await server.nextCall(), await server.nextCall(), await server.nextCall()];
    calls[0].answer({});
    calls[1].fail(LOST());
    calls[2].fail(refusal(Code.PermissionDenied, 'TOOL_NOT_ALLOWED'));

    await disposing[0];
    await assert.rejects(disposing[1], { reason: 'CLAIM_LOST' });
    await disposing[2];
    await claims[0][Symbol.asyncDispose]();
    assert.equal(await Promise.race([server.nextCall(), settled('no call')]), 'no call');
  });

  test('a claim that was handed over is not released', async () => {
    const claim = new Claim(mesh.forAgent('A'), TOKEN);
    const given = claim.handOver('B', { leaseSeconds: 5 });
    const call = await server.nextCall();
    call.answer({ position: { epoch: 'e', revision: 9n } });

    assert.deepEqual(await given, { name: 'job', position: { epoch: 'e', revision: 9 } });
    assert.deepEqual([call.request.asAgent, call.request.toAgent, call.request.lease.seconds], ['A', 'B', 5n]);
    await claim[Symbol.asyncDispose]();
    assert.equal(await Promise.race([server.nextCall(), settled('no call')]), 'no call');
  });

  const guarded = {
    push: (ifClaim) => mesh.push('k', 1, { ifClaim }),
    pushMany: (ifClaim) => mesh.pushMany([{ key: 'k', value: 1 }], { ifClaim }),
    patch: (ifClaim) => mesh.patch('k', Patch.increment(), { ifClaim }),
    remove: (ifClaim) => mesh.remove('k', { ifClaim }),
    commit: (ifClaim) => mesh.commit([{ remove: { key: 'k' } }], { ifClaim }),
    pushContext: (ifClaim) => mesh.forAgent('A').pushContext('k', 1, { ifClaim }),
    patchContext: (ifClaim) => mesh.forAgent('A').patchContext('k', Patch.increment(), { ifClaim }),
    removeContext: (ifClaim) => mesh.forAgent('A').removeContext('k', { ifClaim }),
    commitContext: (ifClaim) => mesh.forAgent('A').commitContext([{ remove: { key: 'k' } }], { ifClaim: [ifClaim] }),
  };
  for (const [name, write] of Object.entries(guarded)) {
    test(`${name} sends its guard only to a server that knows it`, async () => {
      const refused = assert.rejects(write(TOKEN), /no claims/);
      const asked = await server.nextCall();
      assert.equal(asked.name, 'GetServerInfo');
      asked.answer({ features: [2] });
      await refused;

      const first = write(new Claim(mesh, TOKEN));
      (await server.nextCall()).answer({ features: [2, CLAIMS] });
      const calls = [await server.nextCall()];
      calls[0].answer({ position: POSITION });
      await first;
      const second = write(TOKEN);
      calls.push(await server.nextCall());
      calls[1].answer({ position: POSITION });
      await second;

      for (const { request } of calls) {
        const token = request.guards?.[0].guard.value ?? request.ifClaim;
        assert.deepEqual([token.name, token.position.epoch, token.position.revision], ['job', 'e', 7n]);
      }
    });
  }

  test('a write without a guard asks nothing', async () => {
    const pushed = mesh.push('k', 1);
    const call = await server.nextCall();
    call.answer({ position: POSITION });
    await pushed;

    assert.deepEqual([call.name, call.request.ifClaim], ['Push', undefined]);
  });

  const wrong = {
    'claim, name': () => mesh.claim(5),
    'claim, leaseSeconds': () => mesh.claim('job', { leaseSeconds: '60' }),
    'claim, topics': () => mesh.claim('job', { topics: 't' }),
    'awaitClaim, graceSeconds': async () => mesh.awaitClaim('job', { graceSeconds: 0 }),
    'listClaims, namePrefix': async () => mesh.listClaims({ namePrefix: null }),
    'push, a text': () => mesh.push('k', 1, { ifClaim: 'job' }),
    'push, null': () => mesh.push('k', 1, { ifClaim: null }),
    'push, no token': () => mesh.push('k', 1, { ifClaim: { token: undefined } }),
    'commit, several': () => mesh.commit([{ remove: { key: 'k' } }], { ifClaim: [TOKEN, 'job'] }),
    'commit, a text': () => mesh.commit([{ remove: { key: 'k' } }], { ifClaim: 'job' }),
    'commit, release': () => mesh.commit([{ release: {} }]),
    'commit, claim': () => mesh.commit([{ claim: {} }]),
    'Claim, side': async () => new Claim('alice', TOKEN),
    'Claim, claim': async () => new Claim(mesh, 'job'),
    'Claim, no token': async () => new Claim(mesh, { name: 'job', isHeld: true, waiting: [], topics: [], subscribers: [] }),
    'keep': async () => new Claim(mesh, TOKEN).keep(),
    'handOver': () => new Claim(mesh, TOKEN).handOver(null),
  };
  for (const [name, call] of Object.entries(wrong)) {
    test(`an argument of another type is a TypeError: ${name}`, async () => {
      await assert.rejects(call, TypeError);
      assert.equal(await Promise.race([server.nextCall(), settled('no call')]), 'no call');
    });
  }
});

for (const [name, makeClient] of Object.entries(ways)) {
  describe(`claims, ${name}`, { concurrency: 4 }, () => {
    test('a claim passes on through the line, and a late write is refused', async () => {
      const client = makeClient();
      const mesh = client.forUser(newUserId());
      const first = await mesh.claim('job', { agentName: 'A' });
      const line = mesh.forAgent('B').awaitClaim('job');
      for await (const event of line) {
        assert.deepEqual([event.type, event.place, event.claim.holder], ['waiting', 1, 'A']);
        await first.release();
      }
      await mesh.push('k', 'of B', { agentName: 'B', ifClaim: line.claim });

      const late = mesh.push('k', 'of A', { agentName: 'A', ifClaim: first });
      await assert.rejects(late, { reason: 'CLAIM_LOST', status: 'FAILED_PRECONDITION' });
      assert.ok(line.claim.token.position.revision > first.token.position.revision);
      assert.equal(await mesh.get('k'), 'of B');
      await line.claim.release();
      client.close();
    });

    test('a line crosses a break, and the claim is renewed', async () => {
      const client = makeClient();
      const mesh = client.forUser(newUserId());
      const relay = await Relay.to(ADDRESSES[name]);
      const broken = makeClient({ address: relay.address, retryDelayMs: 10 });
      const first = await mesh.claim('job');
      const line = broken.forUser(mesh.userId).awaitClaim('job', { agentName: 'A', graceSeconds: 60, leaseSeconds: 20 });
      const waited = line.wait();
      for (let held; (held = (await mesh.listClaims().next()).value).waiting.length === 0;) {
        assert.equal(held.token.name, 'job');
      }
      relay.break();
      await first.release();
      const claim = await waited;

      const { value: state } = await mesh.listClaims().next();
      assert.deepEqual([state.token, state.holder, state.leaseSeconds], [claim.token, 'A', 20]);
      assert.ok(await claim.renew({ leaseSeconds: 600 }) > state.expireTime);
      assert.equal(claim.leaseSeconds, 600);
      broken.close();
      relay.close();
      client.close();
    });

    test('the owner takes a claim back', async () => {
      const client = makeClient();
      const mesh = client.forUser(newUserId());
      const claim = await mesh.forAgent('A').claim('job');
      await mesh.releaseClaim('job');

      await assert.rejects(claim.renew(), (error) => error instanceof SynthaError && error.reason === 'CLAIM_LOST');
      await assert.rejects(mesh.releaseClaim('job'), { reason: 'CLAIM_LOST' });
      client.close();
    });
  });
}
