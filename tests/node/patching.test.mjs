// Patches and commits: arguments, results and errors. tests/conformance/patching.json shows what each call means.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Patch } from 'syntha';

import { grpcAddress, httpAddress, newUserId, ways } from './support/clients.mjs';
import { Relay } from './support/relay.mjs';

const ADDRESSES = { 'gRPC': grpcAddress, 'gRPC-Web': httpAddress };

for (const [name, makeClient] of Object.entries(ways)) {
  describe(`patches and commits, ${name}`, { concurrency: 4 }, () => {
    let client;
    before(() => (client = makeClient()));
    after(() => client.close());
    const newMesh = () => client.forUser(newUserId());

    test('whole numbers stay exact, and the text of the result tells them', async () => {
      const mesh = newMesh();
      await mesh.pushJson('k', '9223372036854775805');

      assert.equal((await mesh.patch('k', Patch.increment())).resultJson, '9223372036854775806');
      assert.equal((await mesh.patch('k', Patch.increment(1n))).resultJson, '9223372036854775807');
      assert.equal((await mesh.patch('k', Patch.increment(-(2n ** 63n)))).result, -1);
      assert.equal((await mesh.patch('k', Patch.increment(1.5))).result, 0.5);
    });

    test('the values of a patch are copied, and a patch serves several calls', async () => {
      const mesh = newMesh();
      const values = ['a'];
      const patch = Patch.append(values, '/log', 2);
      values.push('b');
      await mesh.pushMany([{ key: 'k', value: { log: [] } }, { key: 'l', value: {} }]);

      const lengths = [];
      for (const key of ['k', 'l', 'k', 'k']) {
        lengths.push((await mesh.patch(key, patch)).result);
      }

      assert.deepEqual(lengths, [1, 1, 2, 2]);
      assert.deepEqual(await mesh.get('k'), { log: ['a', 'a'] });
    });

    test('a set takes any iterable of values', async () => {
      const mesh = newMesh();
      await mesh.push('k', ['x']);

      assert.equal((await mesh.patch('k', Patch.add(new Set(['x', 'y'])))).result, 2);
      assert.equal((await mesh.patch('k', Patch.subtract(['x', 'z'].values()))).result, 1);
    });

    test('a receipt tells where the patch is, and repeating its id repeats the answer', async () => {
      const mesh = newMesh();
      await mesh.push('k', 1);
      const first = await mesh.patch('k', Patch.increment(1));
      const again = await mesh.patch('k', Patch.increment(1), { requestId: first.requestId });

      assert.deepEqual(again, { ...first, replayed: true });
      assert.equal(first.position.revision, 2);
      assert.equal(await mesh.get('k'), 2);
    });

    test('a commit tells what each operation has come to, and repeating its id repeats the answer', async () => {
      const mesh = newMesh();
      await mesh.push('old', 1);
      const operations = [
        { push: { key: 'k', value: { a: 1 } } },
        { remove: { key: 'old' } },
        { topics: { agent: 'A', topics: ['t'] } },
      ];
      const options = { guards: { k: 0 } };
      const first = await mesh.commit(operations, options);
      const again = await mesh.commit(operations, { ...options, requestId: first.requestId });

      const nothing = { claim: undefined, result: undefined, resultJson: undefined };
      assert.deepEqual(first.results, [false, true, false].map((removed) => ({ removed, ...nothing })));
      assert.deepEqual(again, { ...first, replayed: true });
      assert.deepEqual(await mesh.getTopicsForAgent('A'), ['t']);
    });

    test('conflicts tell what did not hold', async () => {
      const mesh = newMesh();
      await mesh.push('k', { state: 'done' });
      const whenOpen = Patch.operations([{ op: 'test', path: '/state', value: 'open' }]);

      await assert.rejects(mesh.patch('k', whenOpen), {
        name: 'SynthaError', reason: 'PATCH_FAILED', status: 'ABORTED', metadata: { operation: '0', path: '/state' }, isUnavailable: false,
      });
      await assert.rejects(mesh.commit([{ remove: { key: 'k' } }], { guards: new Map([['k', 7]]) }), {
        reason: 'REVISION_MISMATCH', metadata: { expected: '7', current: '1' },
      });
      await assert.rejects(mesh.commit([{ push: { key: 'l', value: 1 } }], { guards: { k: 0 } }), { reason: 'KEY_EXISTS' });
      await assert.rejects(mesh.forAgent('A').patchContext('k', Patch.operations([{ op: 'grow', path: '' }])), {
        reason: 'PATCH_INVALID', status: 'INVALID_ARGUMENT',
      });
      assert.deepEqual(await mesh.getKeysForAgent('A'), ['k']);
    });

    test('operations of a commit have guards of their own', async () => {
      const mesh = newMesh();
      await mesh.push('k', 1);
      const operations = [
        (ifRevision) => ({ push: { key: 'k', value: 2, ifRevision } }),
        (ifRevision) => ({ patch: { key: 'k', patch: Patch.increment(), ifRevision } }),
        (ifRevision) => ({ remove: { key: 'k', ifRevision } }),
      ];

      for (const [i, guarded] of operations.entries()) {
        const mismatch = { reason: 'REVISION_MISMATCH', metadata: { expected: '9', current: String(i + 1) } };
        await assert.rejects(mesh.commit([{ push: { key: 'l', value: 1 } }, guarded(9)]), mismatch);
        await mesh.commit([guarded(i + 1)]);
      }
      assert.equal(await mesh.size(), 0);
    });

    test('the owner acts as an agent', async () => {
      const mesh = newMesh();
      await mesh.push('k', 1, { subscribers: ['A'] });
      await assert.rejects(mesh.patch('k', Patch.increment(), { agentName: 'B' }), { reason: 'PATCH_FAILED' });
      await mesh.patch('k', Patch.increment(), { agentName: 'A' });
      await mesh.commit([{ push: { key: 'l', value: 1 } }], { agentName: 'A' });

      assert.deepEqual([await mesh.get('k'), (await mesh.getItem('l')).author], [2, 'A']);
    });

    test('a patch and a commit whose answers are lost are carried out once', async (t) => {
      const relay = await Relay.to(ADDRESSES[name]);
      const lossy = makeClient({ address: relay.address, retryDelayMs: 10 });
      t.after(() => [lossy, relay].forEach((end) => end.close()));
      const mesh = lossy.forUser(newUserId());
      await mesh.push('k', 1);
      relay.losesNextAnswer();
      const patched = await mesh.patch('k', Patch.increment(1));
      relay.losesNextAnswer();
      const committed = await mesh.forAgent('A').commitContext([{ patch: { key: 'k', patch: Patch.increment(1) } }]);

      assert.deepEqual([patched.replayed, patched.result, committed.replayed, committed.results[0].result], [true, 2, true, 3]);
      assert.equal(await mesh.get('k'), 3);
    });
  });
}

const REFUSED = {
  amount: [() => Patch.increment('1'), () => Patch.increment(true), () => Patch.increment(NaN), () => Patch.increment(2n ** 63n)],
  pointer: [() => Patch.increment(1, 5), () => Patch.append([1], '/\ud800')],
  values: [
    () => Patch.append('word'), () => Patch.append(5), () => Patch.prepend({ 0: 1 }), () => Patch.add(null),
    () => Patch.subtract(undefined),
  ],
  maxLength: [() => Patch.append([1], '', -1), () => Patch.prepend([1], '', 2 ** 31), () => Patch.prepend([1], '', '5')],
  operations: [() => Patch.operations('[]'), () => Patch.operations({ op: 'test' }), () => Patch.operations(['test'])],
  value: [() => Patch.merge(undefined)],
};
for (const [argument, calls] of Object.entries(REFUSED)) {
  test(`a patch is not made of another kind of ${argument}`, () => {
    for (const call of calls) {
      assert.throws(call, (error) => error instanceof TypeError && error.message.startsWith(argument), String(call));
    }
  });
}
