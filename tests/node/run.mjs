// Runs the given test files, or all, against one server. The summary comes last, in the TAP format.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { Server } from './support/server.mjs';

process.chdir(fileURLToPath(new URL('.', import.meta.url)));
const named = process.argv.slice(2);
const files = named.length > 0 ? named : (await readdir('.')).filter((name) => name.endsWith('.test.mjs')).sort();

const server = await Server.start();
const tests = spawn(process.execPath, ['--test', '--test-reporter=tap', ...files], {
  stdio: 'inherit',
  env: { ...process.env, SYNTHA_TESTS_GRPC: server.grpc, SYNTHA_TESTS_HTTP: server.http },
});
const [code] = await once(tests, 'exit');
await server.stop();
process.exitCode = code ?? 1;
