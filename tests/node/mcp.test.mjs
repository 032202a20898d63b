// Hosts of the Model Context Protocol as users have them: the TypeScript client, and the inspector.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

import { httpAddress, newUserId, ways } from './support/clients.mjs';

const inspector = fileURLToPath(new URL('node_modules/@modelcontextprotocol/inspector-cli/build/index.js', import.meta.url));
const hook = `data:text/javascript,import { register } from 'node:module'; register(${JSON.stringify(
  new URL('mcp/inspector-alone.mjs', import.meta.url).href)});`;
const run = promisify(execFile);

async function connect(userId, agent) {
  const host = new Client({ name: 'test', version: '1' });
  const headers = { 'user-id': userId, 'agent-name': agent };
  await host.connect(new StreamableHTTPClientTransport(new URL('/mcp', httpAddress), { requestInit: { headers } }));
  return host;
}

async function inspect(userId, ...request) {
  const { stdout } = await run(process.execPath, [
    '--no-warnings', '--import', hook, inspector, `${httpAddress}/mcp`, '--transport', 'http',
    '--header', `user-id: ${userId}`, '--header', 'agent-name: inspector', ...request,
  ]);
  return JSON.parse(stdout);
}

test('the TypeScript client lists tools, shares, and reads what others share', async () => {
  const userId = newUserId();
  const mesh = ways['gRPC']().forUser(userId);
  const host = await connect(userId, 'assistant');
  try {
    const { tools } = await host.listTools();
    assert.deepEqual(tools.map(({ name }) => name).sort(), [
      'delete_topic', 'discover_topics', 'get_context', 'list_context', 'push_context', 'subscribe_to_topics', 'unsubscribe_from_topics',
    ]);
    // The client checks the result against the tool's output schema.
    const pushed = await host.callTool({ name: 'push_context', arguments: { key: 'goal', value: 'ship', topics: ['work'] } });
    assert.equal(pushed.structuredContent.success, true);
    assert.equal(await mesh.get('goal'), 'ship');

    await mesh.push('plan', { steps: 2 });
    const { contents } = await host.readResource({ uri: 'syntha://context/plan' });
    assert.deepEqual(JSON.parse(contents[0].text), { steps: 2 });
    const { resources } = await host.listResources();
    assert.deepEqual(resources.map(({ uri }) => uri), [
      'syntha://changes', 'syntha://context/goal', 'syntha://context/plan', 'syntha://topic/work',
    ]);
    const { messages } = await host.getPrompt({ name: 'context_briefing' });
    assert.match(messages[0].content.text, /ship/);
    await assert.rejects(host.readResource({ uri: 'syntha://context/missing' }), /no such resource/);
  } finally {
    await host.close();
  }
});

test('the inspector lists, calls and reads', async () => {
  const userId = newUserId();
  const { tools } = await inspect(userId, '--method', 'tools/list');
  assert.equal(tools.length, 7);
  const { structuredContent } = await inspect(
    userId, '--method', 'tools/call', '--tool-name', 'push_context', '--tool-arg', 'key=goal', '--tool-arg', 'value=ship');
  assert.equal(structuredContent.success, true);
  const { contents } = await inspect(userId, '--method', 'resources/read', '--uri', 'syntha://context/goal');
  assert.equal(contents[0].text, '"ship"');
  const { prompts } = await inspect(userId, '--method', 'prompts/list');
  assert.deepEqual(prompts.map(({ name }) => name), ['context_briefing']);
});
