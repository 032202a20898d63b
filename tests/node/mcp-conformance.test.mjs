// The server against the conformance suite of the Model Context Protocol: the scenarios that need no fixtures.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { identified } from './mcp/identified.mjs';

const suite = fileURLToPath(new URL('node_modules/@modelcontextprotocol/conformance/dist/index.js', import.meta.url));
const hook = `data:text/javascript,import { register } from 'node:module'; register(${JSON.stringify(
  new URL('mcp/older-node.mjs', import.meta.url).href)});`;

// The other scenarios call tools and read resources of a fixture that the suite prescribes.
const SCENARIOS = {
  '2026-07-28': [
    'server-stateless', 'completion-complete', 'tools-list', 'server-sse-multiple-streams', 'resources-list', 'prompts-list',
    'sep-2164-resource-not-found', 'dns-rebinding-protection', 'caching', 'http-header-validation',
  ],
  '2025-11-25': ['server-initialize', 'ping', 'completion-complete', 'tools-list', 'resources-list', 'prompts-list',
    'dns-rebinding-protection'],
};

// Of a scenario that otherwise needs none, these checks call a tool of the fixture.
const NEED_A_FIXTURE = ['sep-2575-server-rejects-undeclared-capability', 'sep-2575-missing-capability-http-400'];

for (const [revision, scenarios] of Object.entries(SCENARIOS)) {
  test(`MCP conformance, revision ${revision}`, async () => {
    const results = await run(revision);
    for (const scenario of scenarios) {
      const checks = results.get(scenario);
      assert.ok(checks?.length > 0, `${scenario} was not run`);
      const failed = checks.filter((check) => check.status === 'FAILURE' && !NEED_A_FIXTURE.includes(check.id));
      assert.deepEqual(failed.map((check) => `${check.id}: ${check.errorMessage}`), [], scenario);
    }
  });
}

async function run(revision) {
  const folder = await mkdtemp(path.join(tmpdir(), 'mcp-conformance-'));
  const way = await identified(process.env.SYNTHA_TESTS_HTTP, { 'user-id': 'mcp-conformance', 'agent-name': 'suite' });
  try {
    const child = spawn(
      process.execPath,
      ['--no-warnings', '--import', hook, suite, 'server', '--url', `${way.url}/mcp`, '--requirements', revision, '-o', folder],
      { stdio: ['ignore', 'ignore', 'inherit'] });
    await once(child, 'exit');
    const results = new Map();
    for (const name of await readdir(folder)) {
      const scenario = Object.values(SCENARIOS).flat().find((known) => name.includes(known));
      if (scenario) {
        results.set(scenario, JSON.parse(await readFile(path.join(folder, name, 'checks.json'), 'utf8')));
      }
    }

    return results;
  } finally {
    way.close();
    await rm(folder, { recursive: true });
  }
}
