// Undo and redact: plans, who carries them out, and many commands. tests/conformance/undo.json shows what each call means.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SynthaError } from 'syntha';

import { newUserId, ways } from './support/clients.mjs';
import { ScriptedClient, settled } from './support/scripted.mjs';

const PLAN = { epoch: 'e', revision: 9n };
const FIRST = { epoch: 'e', revision: 1 };

describe('undo, scripted', () => {
  let client;
  let server;
  let mesh;
  before(() => {
    client = new ScriptedClient();
    server = client.server;
    mesh = client.forUser('alice');
  });
  after(() => client.close());

  test('a plan has all pages, and is carried out by the one who asked', async () => {
    const planning = mesh.planUndo({ after: FIRST, through: { epoch: 'e', revision: 5 }, author: 'A' }, { agentName: 'A' });
    const first = await server.nextCall();
    first.answer({ position: PLAN, nextPageToken: 'p', undos: [{ key: 'a', kind: 2 }] });
    const second = await server.nextCall();
    second.answer({ position: PLAN, undos: [{ key: 'b', obstacle: { kind: 1, revision: 4n, author: 'B' } }, { key: 'c', kind: 99 }] });
    const plan = await planning;
    const undoing = mesh.undo(plan, { allOrNothing: true });
    const undone = await server.nextCall();
    undone.answer({ position: PLAN, undone: 1n, leftAlone: 1n });
    const receipt = await undoing;

    assert.deepEqual(plan.undos.map(({ key, kind }) => [key, kind]), [['a', 'UPDATED'], ['b', undefined], ['c', 'UNKNOWN']]);
    assert.deepEqual(plan.undos[1].obstacle, { kind: 'BUILT_ON', revision: 4, author: 'B' });
    assert.deepEqual(plan.position, { epoch: 'e', revision: 9 });
    const { scope } = first.request;
    assert.deepEqual([scope.commands.value.after.revision, scope.commands.value.through.revision, scope.author], [1n, 5n, 'A']);
    assert.deepEqual([second.request.pageToken, second.request.scope, undone.request.scope], ['p', scope, scope]);
    const { asAgent, planPosition, allOrNothing } = undone.request;
    assert.deepEqual([asAgent, planPosition.revision, allOrNothing], ['A', 9n, true]);
    assert.deepEqual([receipt.undone, receipt.leftAlone, receipt.requestId], [1, 1, undone.request.requestId]);
  });

  test('a redaction of many versions takes several commands', async () => {
    const requestId = '01938f00-0000-7000-8000-000000000001';
    const redacting = mesh.redact('k', 'every', { author: 'A', requestId });
    const calls = [];
    for (const answer of [
      { position: PLAN, replayed: true, redactedVersions: 10_000n, removed: true, hasMore: true },
      { position: PLAN, redactedVersions: 10_000n, hasMore: true },
      { position: { epoch: 'e', revision: 12n }, redactedVersions: 5n },
    ]) {
      const call = await server.nextCall();
      calls.push(call.request);
      call.answer(answer);
    }

    assert.deepEqual(await redacting, {
      position: { epoch: 'e', revision: 12 }, replayed: true, requestId, redactedVersions: 20_005, removed: true,
    });
    assert.deepEqual(calls.map(({ key, author, versions }) => [key, author, versions.case]), Array(3).fill(['k', 'A', 'every']));
    assert.equal(calls[0].requestId, requestId);
    assert.equal(new Set(calls.map((request) => request.requestId)).size, 3);
  });

  const wrong = {
    'planUndo, nothing': () => mesh.planUndo({}),
    'planUndo, both': () => mesh.planUndo({ command: FIRST, after: FIRST }),
    'planUndo, through': () => mesh.planUndo({ command: FIRST, through: FIRST }),
    'planUndo, author': () => mesh.planUndo({ after: FIRST, author: 5 }),
    'undo': () => mesh.undo(FIRST),
    'undo, undefined': () => mesh.undo(undefined),
    'undoContext, of the owner': () => mesh.forAgent('A').undoContext({ position: FIRST, scope: { after: FIRST }, undos: [] }),
    'undoContext, null': () => mesh.forAgent('A').undoContext(null),
    'redact, nothing': () => mesh.redact('k', undefined),
    'redact, all': () => mesh.redact('k', 'all'),
    'redact, empty': () => mesh.redact('k', {}),
    'redact, both': () => mesh.redact('k', { version: FIRST, through: FIRST }),
    'redact, key': () => mesh.redact(5, 'former'),
  };
  for (const [name, call] of Object.entries(wrong)) {
    test(`an argument of another type is a TypeError: ${name}`, async () => {
      await assert.rejects(call, TypeError);
      assert.equal(await Promise.race([server.nextCall(), settled('no call')]), 'no call');
    });
  }
});

for (const [name, makeClient] of Object.entries(ways)) {
  describe(`undo, ${name}`, { concurrency: 4 }, () => {
    let client;
    before(() => (client = makeClient()));
    after(() => client.close());
    const newMesh = () => client.forUser(newUserId());

    test('an undo of an undo is as before', async () => {
      const mesh = newMesh();
      const { position } = await mesh.push('k', 1);
      await mesh.push('k', 2, { agentName: 'A' });
      await mesh.push('l', 1, { agentName: 'A' });
      const undo = await mesh.undo(await mesh.planUndo({ after: position, author: 'A' }));
      const undone = Object.fromEntries(await mesh.getAllForAgent('A'));
      await mesh.undo(await mesh.planUndo({ command: undo.position }));

      assert.deepEqual([undo.undone, undone], [2, { k: 1 }]);
      assert.deepEqual(Object.fromEntries(await mesh.getAllForAgent('A')), { k: 2, l: 1 });
    });

    test('a plan that is outdated changes nothing', async () => {
      const mesh = newMesh();
      const { position } = await mesh.push('k', 1);
      const plan = await mesh.planUndo({ command: position });
      await mesh.push('k', 2);

      await assert.rejects(mesh.undo(plan), (error) => error instanceof SynthaError && error.reason === 'PLAN_OUTDATED');
      assert.equal(await mesh.get('k'), 2);
    });

    test('a version that was redacted says that it has no value', async () => {
      const mesh = newMesh();
      const { position } = await mesh.push('k', 'secret', { metadata: { m: 1 } });
      await mesh.push('k', 2);
      await mesh.redact('k', 'former');
      const item = (await mesh.getMany(['k'], { asOf: position })).get('k');

      assert.deepEqual([item.redacted, item.valueJson, item.metadata], [true, undefined, undefined]);
      assert.throws(() => item.value, /it was redacted/);
      await assert.rejects(mesh.get('k', { asOf: position }), { reason: 'VERSION_REDACTED' });
    });
  });
}
