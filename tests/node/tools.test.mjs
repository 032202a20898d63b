// Tools as a model calls them, and who may use them, against a real server by both transports.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ALL_TOOLS, TOOLS } from 'syntha';

import { newUserId, ways } from './support/clients.mjs';

const WEATHER = { type: 'function', function: { name: 'weather', description: 'Tells the weather.', parameters: { type: 'object' } } };

/** A model that makes the calls of its script, one after the other. It keeps the answers. */
class ScriptedModel {
  answers = [];

  constructor(...script) {
    this.script = script;
  }

  reply(messages, tools) {
    this.offered = tools.map(({ function: { name } }) => name);
    this.answers = messages.filter(({ role }) => role === 'tool').map(({ content }) => JSON.parse(content));
    const next = this.script.shift();
    return next ? { tool_calls: [{ id: 'call', function: { name: next[0], arguments: next[1] } }] } : { content: 'done' };
  }
}

/** The loop of client/node/README.md. */
async function converse(model, tools, handle) {
  const messages = [];
  for (;;) {
    const message = model.reply(messages, tools);
    if (!message.tool_calls) {
      return message.content;
    }
    for (const { id, function: call } of message.tool_calls) {
      messages.push({ role: 'tool', tool_call_id: id, content: JSON.stringify(await handle(call.name, call.arguments)) });
    }
  }
}

for (const [name, makeClient] of Object.entries(ways)) {
  describe(`tools, ${name}`, { concurrency: 4 }, () => {
    let client;
    before(() => (client = makeClient()));
    after(() => client.close());
    const newMesh = () => client.forUser(newUserId());

    test('a model works with our tools and the program’s own, and learns from refusals', async () => {
      const mesh = newMesh();
      const agent = mesh.forAgent('A');
      const model = new ScriptedModel(
        ['push_context', '{"key": "trip", "value": "{\\"days\\": 4}", "topics": "travel, news"}'],
        ['weather', '{"city": "Lisboa"}'],
        ['weather', 'Lisboa'],
        ['get_context', '{"keys": ["trip"]}'],
        ['fetch_context', '{}'],
      );
      const handle = agent.createHybridHandler({ weather: ({ city }) => ({ weather: `sunny in ${city}` }) });

      assert.equal(await converse(model, await agent.getSchemas({ mergeWith: [WEATHER] }), handle), 'done');

      const [pushed, weather, garbled, read, unknown] = model.answers;
      assert.deepEqual(model.offered, ['weather', ...TOOLS]);
      assert.deepEqual([pushed.success, pushed.topics, pushed.sender_agent], [true, ['travel', 'news'], 'A']);
      assert.deepEqual(weather, { weather: 'sunny in Lisboa' });
      assert.equal(garbled.success, false);
      assert.deepEqual(read.context, { trip: { days: 4 } });
      assert.deepEqual([unknown.success, unknown.available_tools], [false, [...TOOLS]]);
      assert.equal((await mesh.getItem('trip')).author, 'A');
    });

    test('a tool of the program keeps its name, and ours is called with the prefix', async () => {
      const agent = newMesh().forAgent('A');
      const own = { name: 'list_context', input_schema: { type: 'object' } };
      const schemas = await agent.getSchemas({ dialect: 'ANTHROPIC', mergeWith: [own] });
      const handle = agent.createHybridHandler({
        list_context: () => 'the program’s',
        weather: async () => { throw new Error('no such city'); },
      });

      assert.equal(schemas[0], own);
      const expected = TOOLS.map((tool) => (tool === 'list_context' ? `syntha_${tool}` : tool));
      assert.deepEqual(schemas.slice(1).map((schema) => schema.name), expected);
      assert.equal(await handle('list_context', {}), 'the program’s');
      assert.equal((await handle('syntha_list_context', {})).success, true);
      assert.deepEqual(await handle('weather', {}), { success: false, error: 'Function call error: weather: no such city' });
    });

    test('a call tells its position, and its text has 64-bit integers as they are', async () => {
      const mesh = newMesh();
      await mesh.pushJson('id', '9007199254740993');

      const { success, position, resultJson } = await mesh.forAgent('A').callTool('get_context', { keys: ['id'] });

      assert.equal(success, true);
      assert.equal(position.revision, 1);
      assert.match(resultJson, /9007199254740993/);
    });

    test('what an agent may use is the owner’s to say, and holds for tools and methods alike', async () => {
      const agent = newMesh().forAgent('A');
      const available = ['get_context', 'list_context'];
      assert.equal(await agent.getAccess(), undefined);

      assert.deepEqual(await agent.setAccess({ role: 'readonly', deniedTools: ['discover_topics'] }), available);

      assert.deepEqual((await agent.listTools()).map(({ tool }) => tool), available);
      assert.equal((await agent.handleToolCall('push_context', { key: 'k', value: 'v' })).success, false);
      await assert.rejects(agent.pushContext('k', 1), { reason: 'TOOL_NOT_ALLOWED', status: 'PERMISSION_DENIED' });
      assert.equal(await agent.hasToolAccess('get_context'), true);
      assert.deepEqual(await agent.getAccess(), {
        role: 'readonly', roleTools: [], allowedTools: undefined, deniedTools: ['discover_topics'], mayReadPast: false,
      });
      assert.deepEqual(await agent.getAccessSummary(), {
        agentName: 'A', agentRole: 'readonly', availableTools: available,
        deniedTools: ALL_TOOLS.filter((tool) => !available.includes(tool)),
        allowedTools: 'all', totalAvailable: 2, totalPossible: 10,
      });
      await agent.setAccess({ allowedTools: [] });
      assert.deepEqual((await agent.getAccessSummary()).allowedTools, []);
      assert.equal((await agent.setAccess(undefined)).length, 7);
    });

    test('a stream ends when the agent loses its tool', async () => {
      const agent = newMesh().forAgent('A');
      const events = agent.subscribeToTopics(['t']);
      assert.equal((await events.next()).value.type, 'established');
      await agent.setAccess({ deniedTools: ['subscribe_to_topics'] });

      await assert.rejects(events.next(), { reason: 'TOOL_NOT_ALLOWED' });
    });
  });
}
