// Runs the conformance suite of the Model Context Protocol against a server:
//   node conformance.mjs SERVER REVISION USER AGENT [SCENARIO…]
// Without scenarios, it takes those that the revision requires of servers. It prints an object: to each scenario, what failed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

import { identified } from './identified.mjs';

const [server, revision, user, agent, ...named] = process.argv.slice(2);
const suite = new URL('../node_modules/@modelcontextprotocol/conformance/', import.meta.url);
const scenarios = named.length > 0 ? named
  : parse(await readFile(new URL(`requirements/${revision}.yaml`, suite), 'utf8')).server;
const hook = `data:text/javascript,import { register } from 'node:module'; register(${JSON.stringify(
  new URL('older-node.mjs', import.meta.url).href)});`;

const folder = await mkdtemp(path.join(tmpdir(), 'mcp-conformance-'));
const way = await identified(server, { 'user-id': user, 'agent-name': agent });
try {
  const child = spawn(
    process.execPath,
    ['--no-warnings', '--import', hook, fileURLToPath(new URL('dist/index.js', suite)), 'server',
      '--url', `${way.url}/mcp`, '--requirements', revision, '-o', folder],
    { stdio: ['ignore', 'ignore', 'inherit'] });
  await once(child, 'exit');
  const results = {};
  for (const name of await readdir(folder)) {
    const scenario = /^server-(.+?)-\d{4}-\d\d-\d\dT/.exec(name)?.[1];
    if (scenarios.includes(scenario)) {
      const checks = JSON.parse(await readFile(path.join(folder, name, 'checks.json'), 'utf8'));
      results[scenario] = checks.length === 0 ? ['no check was made']
        : checks.filter((check) => check.status === 'FAILURE').map((check) => `${check.id}: ${check.errorMessage}`);
    }
  }

  process.stdout.write(JSON.stringify(results));
} finally {
  way.close();
  await rm(folder, { recursive: true });
}
