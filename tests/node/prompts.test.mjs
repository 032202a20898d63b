// Prompts and outcomes against a real server, by both transports.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { newUserId, ways } from './support/clients.mjs';

for (const [name, makeClient] of Object.entries(ways)) {
  describe(`prompts and outcomes, ${name}`, { concurrency: 4 }, () => {
    let client;
    before(() => (client = makeClient()));
    after(() => client.close());
    const newMesh = () => client.forUser(newUserId());

    test('each kind of prompt has what its agent can read', async () => {
      const mesh = newMesh();
      const agent = mesh.forAgent('A');
      await mesh.push('trip_plan', { days: 4 }, { subscribers: ['A'] });
      await mesh.push('hidden', 'no', { subscribers: ['B'] });
      const textOf = async (spec) => (await agent.buildPrompt(spec)).text;

      assert.equal(await textOf({ system: {} }), '[Context]\nTrip Plan: {\n  "days": 4\n}');
      assert.equal(await textOf({ message: { template: 'Now: {context}', omitHeader: true } }), 'Now: Trip Plan: {\n  "days": 4\n}');
      const custom = { keys: ['trip_plan', 'hidden'], template: '{trip_plan} / {hidden}', fallbackText: '-' };
      assert.equal(await textOf({ custom }), '{\n  "days": 4\n} / -');
      const inject = { existingPrompt: 'Be brief.', placement: 'APPEND', separator: '\n--\n' };
      assert.match(await textOf({ inject }), /^Be brief\.\n--\n\[Shared Context\]/);
      await assert.rejects(textOf({ custom: { keys: [], template: '{nothing}' } }), { reason: 'TEMPLATE_INVALID' });
    });

    test('a prompt tells what it shows, what it leaves out and why, and where the next one begins', async () => {
      const mesh = newMesh();
      await mesh.push('a', 'old');
      const first = await mesh.buildPrompt({ system: {}, format: 'FENCED' });
      await mesh.push('b', 'x'.repeat(1_000));
      await mesh.push('c', 'new');

      const next = await mesh.buildPrompt({ system: {}, since: first.position, maxBytes: 500 });

      assert.deepEqual([first.keys, first.omitted], [['a'], []]);
      assert.deepEqual(next.keys, ['c']);
      assert.deepEqual(next.omitted, [{ key: 'a', reason: 'UNCHANGED' }, { key: 'b', reason: 'TOO_LARGE' }]);
      assert.equal(next.totalOmitted, 2);
    });

    test('an outcome is kept as it was reported', async () => {
      const mesh = newMesh();
      const told = {
        taskType: 'search', success: false, durationSeconds: 1.25,
        input: { q: 'x' }, output: null, error: 'no answer', metadata: { try: 2 },
      };
      const first = await mesh.forAgent('A').logOutcome(told);
      const second = await mesh.logOutcome('B', { taskType: 'plan', success: true });
      const outcomes = [];
      for await (const outcome of mesh.listOutcomes()) {
        outcomes.push(outcome);
      }

      const [newest, { time, ...oldest }] = outcomes;
      assert.ok(second > first);
      assert.deepEqual([newest.number, newest.agentName, newest.input], [second, 'B', undefined]);
      assert.deepEqual(oldest, { number: first, agentName: 'A', ...told });
      assert.ok(time instanceof Date);
    });

    test('outcomes are summed up, and cleared', async () => {
      const mesh = newMesh();
      await mesh.logOutcome('A', { taskType: 'search', success: true, durationSeconds: 2 });
      await mesh.logOutcome('A', { taskType: 'search', success: false, durationSeconds: 1 });
      await mesh.logOutcome('B', { taskType: 'plan', success: true });

      const { overall, byTaskType, byAgent } = await mesh.getOutcomeMetrics();

      assert.deepEqual([overall.total, overall.succeeded, overall.failed], [3, 2, 1]);
      assert.deepEqual(byAgent.get('A'), {
        total: 2, succeeded: 1, failed: 1, successRate: 0.5, errorRate: 0.5, averageDurationSeconds: 1.5,
      });
      assert.deepEqual([...byTaskType.keys()], ['plan', 'search']);
      assert.equal((await mesh.getOutcomeMetrics({ agentName: 'B' })).overall.averageDurationSeconds, undefined);
      assert.equal(await mesh.clearOutcomes({ agentName: 'A' }), 2);
      assert.equal(await mesh.clearOutcomes(), 1);
    });
  });
}
