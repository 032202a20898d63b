// The published types in a strict program. The types of the dependencies are checked as well.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { test } from 'node:test';

test('a program in TypeScript compiles, and its mistakes are found', () => {
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.json'], { encoding: 'utf8' });

  assert.equal(stdout, '');
  assert.equal(status, 0);
});
