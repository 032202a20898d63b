// The methods of this client against the contract's calls (tests/conformance/parity.json). The other clients have such a test as well.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import * as node from 'syntha';
import * as web from 'syntha/web';

import { ContextMesh } from '../../client/node/dist/generated/syntha/v1/context_mesh_service_pb.js';
import { Discovery } from '../../client/node/dist/generated/syntha/v1/discovery_service_pb.js';
import { ToolHandler } from '../../client/node/dist/generated/syntha/v1/tool_handler_service_pb.js';

const { methods } = JSON.parse(await readFile(new URL('../conformance/parity.json', import.meta.url), 'utf8'));

test('the table lists every call of the contract', () => {
  const every = [ContextMesh, ToolHandler, Discovery].flatMap(({ name, methods: calls }) => calls.map((call) => `${name}/${call.name}`));

  assert.deepEqual(methods.map(({ rpc }) => rpc).sort(), every.sort());
});

for (const [entry, exported] of Object.entries({ syntha: node, 'syntha/web': web })) {
  test(`${entry} has a method for each of them`, () => {
    const missing = methods.filter(({ node: name }) => {
      const [kind, method] = name.split('.');
      return typeof exported[kind].prototype[method] !== 'function';
    });

    assert.deepEqual(missing, []);
  });
}
