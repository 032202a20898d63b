// The client's methods against a real server, by both transports, beyond the conformance scenarios.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Patch, SynthaError } from 'syntha';

import { grpcAddress, httpAddress, newUserId, ways } from './support/clients.mjs';
import { Relay } from './support/relay.mjs';
import { Server } from './support/server.mjs';

const ADDRESSES = { 'gRPC': grpcAddress, 'gRPC-Web': httpAddress };
const BEYOND_DOUBLE = '[9007199254740993, 1.10]';

for (const [name, makeClient] of Object.entries(ways)) {
  describe(`calls, ${name}`, { concurrency: 4 }, () => {
    let client;
    before(() => (client = makeClient()));
    after(() => client.close());
    const newMesh = () => client.forUser(newUserId());

    test('a value is read as it was pushed', async () => {
      const mesh = newMesh();
      const value = { text: 'Grüße 🌍 \u2028 "', list: [1, -0.5, true, null], nested: { '': {} } };
      await mesh.push('k', value);

      assert.deepEqual(await mesh.get('k'), value);
    });

    test('JSON text is kept to the letter, 64-bit integers included', async () => {
      const mesh = newMesh();
      await mesh.pushJson('k', BEYOND_DOUBLE);

      assert.equal((await mesh.getItem('k')).valueJson, BEYOND_DOUBLE);
    });

    test('a read as of a time, or of a position, tells what was there then', async () => {
      const mesh = newMesh();
      const { position } = await mesh.push('k', 1);
      await mesh.push('k', 2);
      const versions = [];
      for await (const version of mesh.listVersions('k', { pageSize: 1 })) {
        versions.push(version);
      }

      assert.deepEqual(versions.map(({ kind, item }) => [kind, item.value]), [['UPDATED', 2], ['CREATED', 1]]);
      assert.equal(await mesh.get('k', { asOf: position }), 1);
      // A Date has milliseconds, and the store microseconds.
      assert.equal(await mesh.get('k', { asOf: new Date(versions[0].time.getTime() + 1) }), 2);
      assert.equal(await mesh.get('k', { asOf: new Date(0) }), undefined);
    });

    for (const size of [2_000_000, 3_500_000, 20_000_000]) {
      test(`a value of ${size} bytes is refused by name, and the connection goes on`, async () => {
        const mesh = newMesh();
        const reason = size < 3_000_000 ? 'VALUE_TOO_LARGE' : 'REQUEST_TOO_LARGE';
        await assert.rejects(mesh.push('k', 'x'.repeat(size)), (error) => error instanceof SynthaError && error.reason === reason);

        await mesh.push('k', 1);
        assert.equal(await mesh.get('k'), 1);
      });
    }

    test('arguments of another type are refused, and neither act for all nor under another name', async () => {
      const mesh = newMesh();
      const agent = mesh.forAgent('A');
      const calls = {
        'push(null)': () => mesh.push(null, 1),
        'push(undefined)': () => mesh.push(undefined, 1),
        'push, topics': () => mesh.push('k', 1, { topics: { a: 1 } }),
        'push, subscribers': () => mesh.push('k', 1, { subscribers: 5 }),
        'push, ifRevision': () => mesh.push('k', 1, { ifRevision: '1' }),
        'push, ttlSeconds': () => mesh.push('k', 1, { ttlSeconds: '5' }),
        'patch(null)': () => mesh.patch(null, Patch.increment()),
        'patch, object': () => mesh.patch('k', { a: 1 }),
        'patch, ifRevision': () => mesh.patch('k', Patch.increment(), { ifRevision: '1' }),
        'commit(undefined)': () => mesh.commit(undefined),
        'commit, no operation': () => mesh.commit([{ push: { key: 'k', value: 1 } }, { key: 'l', value: 1 }]),
        'commit, null': () => mesh.commit([{ push: { key: 'k', value: 1 } }, null]),
        'commit, two operations in one': () => mesh.commit([{ push: { key: 'k', value: 1 }, remove: { key: 'l' } }]),
        'commit, key': () => mesh.commit([{ push: { key: 'k', value: 1 } }, { remove: { key: 5 } }]),
        'commit, patch': () => mesh.commit([{ push: { key: 'k', value: 1 } }, { patch: { key: 'l', patch: [] } }]),
        'commit, agent': () => mesh.commit([{ push: { key: 'k', value: 1 } }, { topics: { agent: null, topics: [] } }]),
        'commit, topics': () => mesh.commit([{ push: { key: 'k', value: 1 } }, { topics: { agent: 'A', topics: 't' } }]),
        'commit, guards': () => mesh.commit([{ push: { key: 'k', value: 1 } }], { guards: ['k'] }),
        'commit, revision': () => mesh.commit([{ push: { key: 'k', value: 1 } }], { guards: { k: undefined } }),
        get: () => mesh.get(null),
        remove: () => mesh.remove(undefined),
        getAllForAgent: () => mesh.getAllForAgent(null),
        registerAgentTopics: () => mesh.registerAgentTopics(null, ['t']),
        getSubscribersForTopic: () => mesh.getSubscribersForTopic(undefined),
        canAgentPostToTopic: () => mesh.canAgentPostToTopic('A', null),
        deleteTopic: () => mesh.deleteTopic(null),
        pushContext: () => agent.pushContext(null, 1),
        patchContext: () => agent.patchContext('k', null),
        commitContext: () => agent.commitContext([{ push: { key: 'k', value: 1 } }, { remove: null }]),
        getContext: () => agent.getContext(undefined),
        getContextByTopic: () => agent.getContextByTopic(undefined),
        getContextPattern: () => agent.getContextPattern(undefined),
        hasContext: () => agent.hasContext(null),
        removeContext: () => agent.removeContext(null),
      };

      for (const [called, call] of Object.entries(calls)) {
        await assert.rejects(async () => call(), TypeError, called);
      }
      assert.throws(() => mesh.forAgent(null), TypeError);
      assert.throws(() => client.forUser(5), TypeError);
      assert.equal(await mesh.size(), 0);
    });

    test('a stored null is null, and what is missing is undefined', async () => {
      const agent = newMesh().forAgent('A');
      await agent.pushContext('null', null);

      assert.equal(await agent.getContext('null'), null);
      assert.equal(await agent.getContext('missing'), undefined);
      assert.equal(await agent.hasContext('null'), true);
    });

    test('a receipt tells where the write is, and repeating its id repeats the answer', async () => {
      const mesh = newMesh();
      const first = await mesh.push('k', 1, { metadata: { by: 'hand' }, ttlSeconds: 3600 });
      const again = await mesh.push('k', 1, { requestId: first.requestId, metadata: { by: 'hand' }, ttlSeconds: 3600 });
      const item = await mesh.getItem('k');

      assert.deepEqual(again, { ...first, replayed: true });
      assert.equal(item.revision, first.position.revision);
      assert.deepEqual(item.metadata, { by: 'hand' });
      assert.equal(item.expireTime - item.updateTime, 3_600_000);
    });

    test('a list of several pages comes as one, in byte order, whatever the keys look like', async () => {
      const mesh = newMesh();
      const keys = ['10', '9', '__proto__', 'Z', 'a', 'é', '🌍', '\uffee'];
      await mesh.pushMany(keys.map((key, i) => ({ key, value: i, topics: ['t'] })));
      await mesh.registerAgentTopics('A', ['t']);
      const inBytes = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

      const listed = [];
      for await (const item of mesh.list({ pageSize: 3 })) {
        listed.push(item.key);
      }

      assert.deepEqual(listed, inBytes);
      assert.deepEqual([...(await mesh.getAllForAgent('A')).keys()], inBytes);
      assert.deepEqual([...(await mesh.forAgent('A').getContextByTopic('t')).keys()], inBytes);
      assert.deepEqual([...(await mesh.forAgent('A').getContextPattern('?')).keys()], inBytes.filter((key) => [...key].length === 1));
    });

    test('many keys are read in as many calls as it takes', async () => {
      const mesh = newMesh();
      await mesh.pushMany(Array.from({ length: 1_500 }, (_, i) => ({ key: `k${i}`, value: i })));
      const wanted = Array.from({ length: 2_500 }, (_, i) => `k${2_499 - i}`);

      const found = await mesh.getMany(wanted);

      assert.deepEqual([...found.keys()], wanted.slice(1_000));
      assert.equal(found.get('k7').value, 7);
    });

    test('the keys of an agent come under its topics, and the rest as other', async () => {
      const mesh = newMesh();
      await mesh.registerAgentTopics('A', ['b', 'a']);
      await mesh.pushMany([
        { key: 'both', value: 1, topics: ['a', 'b'] },
        { key: 'named', value: 1, subscribers: ['A'] },
        { key: 'hidden', value: 1, topics: ['c'] },
        { key: 'global', value: 1 },
      ]);

      const byTopic = await mesh.getAvailableKeysByTopic('A');

      assert.deepEqual([...byTopic], [['b', ['both']], ['a', ['both']], ['other', ['global', 'named']]]);
    });

    test('what an agent may post is kept, and enforced', async () => {
      const mesh = newMesh();
      await mesh.setAgentPostPermissions('A', { topics: ['open'] });

      await assert.rejects(mesh.forAgent('A').pushContext('k', 1, 'closed'), (error) => {
        assert.ok(error instanceof SynthaError);
        assert.deepEqual([error.reason, error.status], ['ROUTING_NOT_ALLOWED', 'PERMISSION_DENIED']);
        return true;
      });
      assert.deepEqual(await mesh.getAgentPostPermissions('A'), { topics: ['open'], mayPostGlobal: false, mayPostDirect: false });
      assert.equal(await mesh.canAgentPostToTopic('A', 'open'), true);
      assert.equal(await mesh.canAgentPostToTopic('A', 'closed'), false);
      assert.equal(await mesh.canAgentPostToTopic('B', 'closed'), true);
    });

    test('an empty agent is refused, and never taken for the owner', async () => {
      const mesh = newMesh();
      await mesh.push('k', 1, { subscribers: ['B'] });

      await assert.rejects(mesh.get('k', { agentName: '' }), { reason: 'AGENT_INVALID' });
      await assert.rejects(mesh.push('k', 2, { agentName: '' }), { reason: 'AGENT_INVALID' });
      await assert.rejects(mesh.subscribe({ agentName: '' }).next(), { reason: 'AGENT_INVALID' });
      await assert.rejects(mesh.forAgent('').getContext('k'), { reason: 'AGENT_INVALID' });
    });

    test('a refusal names the field, and its numbers are for programs', async () => {
      const mesh = newMesh();
      await assert.rejects(mesh.push('k'.repeat(5_000), 1), {
        reason: 'KEY_INVALID', status: 'INVALID_ARGUMENT', metadata: { limit: '4096', actual: '5000' },
      });
      await mesh.push('k', 1);
      await assert.rejects(mesh.push('k', 2, { ifRevision: 0 }), { reason: 'KEY_EXISTS', metadata: { current: '1' } });
    });

    test('text that cannot travel unchanged does not travel', async () => {
      const mesh = newMesh();
      await assert.rejects(mesh.push('\ud800', 1), /key has a lone surrogate at index 0/);
      await assert.rejects(mesh.pushJson('k', '"\udfff"'), /lone surrogate/);
      await assert.rejects(mesh.push('k', undefined), /no JSON form/);
      await assert.rejects(mesh.push('k', 1, { topics: 'news' }), /topics is a text/);
      await assert.rejects(mesh.push('k', '\ud800'), { reason: 'JSON_INVALID', message: /half of a surrogate pair/ });
    });

    test('an aborted call throws the reason of its signal', async () => {
      const stop = new AbortController();
      const read = newMesh().get('k', { signal: stop.signal });
      stop.abort(new Error('enough'));

      await assert.rejects(read, /enough/);
    });

    test('a server that is not there is UNAVAILABLE', async (t) => {
      // The system never gives this port to a program that asks for a free one. Fetch does not refuse it by itself, as it does port 1.
      const lost = makeClient({ address: 'http://127.0.0.1:2', maxAttempts: 2, retryDelayMs: 1 });
      t.after(() => lost.close());

      await assert.rejects(lost.forUser('alice').get('k'), { status: 'UNAVAILABLE', reason: undefined, message: /cannot be reached/ });
    });

    test('a write whose answer is lost is carried out once', async (t) => {
      const relay = await Relay.to(ADDRESSES[name]);
      const lossy = makeClient({ address: relay.address, retryDelayMs: 10 });
      t.after(() => [lossy, relay].forEach((end) => end.close()));
      const mesh = lossy.forUser(newUserId());
      await mesh.push('k', 1);
      relay.losesNextAnswer();

      const { position } = await mesh.push('k', 2);

      assert.equal(position.revision, 2);
      assert.equal((await mesh.getStats()).position.revision, 2);
    });
  });
}

test('streams have a connection of their own, and calls share one', async (t) => {
  const relay = await Relay.to(grpcAddress);
  const client = ways['gRPC']({ address: relay.address });
  t.after(() => [client, relay].forEach((end) => end.close()));
  const meshes = [newUserId(), newUserId()].map((userId) => client.forUser(userId));
  await Promise.all(meshes.map((mesh) => mesh.push('k', 1)));
  assert.equal(relay.connections, 1);
  await Promise.all(meshes.map((mesh) => mesh.subscribe().next()));
  assert.equal(relay.connections, 2);
});

test('a stream goes on after its server was killed, with what had been told kept', async (t) => {
  const server = await Server.start();
  t.after(() => server.stop());
  const [grpc, http] = await Promise.all([Relay.to(server.grpc), Relay.to(server.http)]);
  const clients = [['gRPC', grpc], ['gRPC-Web', http]].map(([way, { address }]) => ways[way]({ address, retryDelayMs: 20 }));
  t.after(() => [...clients, grpc, http].forEach((end) => end.close()));
  const streams = clients.map((client) => client.forUser('alice').subscribe());
  await Promise.all(streams.map((events) => events.next()));
  const mesh = clients[0].forUser('alice');
  await mesh.push('before', 1);
  await Promise.all(streams.map((events) => untilKey(events, 'before')));
  await server.restart();
  grpc.send(server.grpc);
  http.send(server.http);
  await mesh.push('after', 2);

  const told = await Promise.all(streams.map((events) => untilKey(events, 'after')));

  assert.deepEqual(told, [2, 2]);
});

/** Reads until a change of a key comes, and returns its value. No other change may come before. */
async function untilKey(events, key) {
  for await (const event of { [Symbol.asyncIterator]: () => ({ next: () => events.next() }) }) {
    if (event.type === 'committed') {
      assert.deepEqual(event.changes.map((change) => change.key), [key]);
      return event.changes[0].item.value;
    }
  }
}
