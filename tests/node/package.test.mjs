// The package as it would be published: its files, and a program that has nothing else.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { grpcAddress, newUserId } from './support/clients.mjs';

const run = promisify(execFile);
const PACKAGE = fileURLToPath(new URL('../../client/node/', import.meta.url));
const LOCKS = ['../../client/node/package-lock.json', 'package-lock.json'];

let folder;
before(async () => (folder = await mkdtemp(join(tmpdir(), 'syntha-package-'))));
after(() => rm(folder, { recursive: true }));

test('the package holds the client and its types, and runs in a program that has only its dependencies', async () => {
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const [{ filename, files }] = JSON.parse((await run('npm', pack, { cwd: PACKAGE })).stdout);
  await run('tar', ['-xzf', join(folder, filename), '-C', folder]);
  const modules = join(folder, 'node_modules');
  await mkdir(modules);
  await cp(join(folder, 'package'), join(modules, 'syntha'), { recursive: true });
  const { dependencies } = JSON.parse(await readFile(join(modules, 'syntha', 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    await mkdir(join(modules, name, '..'), { recursive: true });
    await symlink(join(PACKAGE, 'node_modules', name), join(modules, name));
  }
  await writeFile(join(folder, 'program.mjs'), `
    import { SynthaClient } from 'syntha';
    import { SynthaClient as Web } from 'syntha/web';
    const client = new SynthaClient();
    const agent = client.forUser(${JSON.stringify(newUserId())}).forAgent('A');
    await agent.pushContext('k', 'from the package');
    console.log(await agent.getContext('k'), typeof Web);
    client.close();`);

  const { stdout } = await run('node', ['program.mjs'], { cwd: folder, env: { ...process.env, SYNTHA_SERVER: grpcAddress } });

  assert.equal(stdout, 'from the package function\n');
  const names = files.map(({ path }) => path);
  const needed = ['dist/index.d.ts', 'dist/web.d.ts', 'dist/generated/syntha/v1/context_mesh_service_pb.js'];
  assert.deepEqual(needed.filter((name) => !names.includes(name)), []);
  assert.deepEqual(names.filter((name) => !/^(dist\/.*\.(js|d\.ts)|package\.json|README\.md)$/.test(name)), []);
});

test('the lock files name no host to take packages from', async () => {
  for (const lock of LOCKS) {
    const text = await readFile(new URL(lock, import.meta.url), 'utf8');
    assert.match(text, /"integrity": "sha512-/);
    assert.doesNotMatch(text, /"resolved": "(?!\.\.\/)/);
  }
});
