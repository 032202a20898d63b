// The names of this package against the list of both packages (tests/conformance/names). tests/python/test_names.py does the same.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import * as node from 'syntha';
import * as web from 'syntha/web';

const names = JSON.parse(await readFile(new URL('../conformance/names/names.json', import.meta.url), 'utf8'));

/** Functions and methods are in camel case here. Classes and constants have the same names. */
const camel = (name) => (/[A-Z]/.test(name) ? name : name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase()));
const membersOf = ({ prototype }) => {
  const members = new Set();
  for (let kind = prototype; kind !== Object.prototype; kind = Object.getPrototypeOf(kind)) {
    Object.getOwnPropertyNames(kind).filter((name) => name !== 'constructor').forEach((name) => members.add(name));
  }
  return [...members];
};

for (const [entry, exported] of Object.entries({ syntha: node, 'syntha/web': web })) {
  const { ContextMesh, ToolHandler } = exported;
  const actual = { package: Object.keys(exported), ContextMesh: membersOf(ContextMesh), ToolHandler: membersOf(ToolHandler) };
  for (const [where, { shared, node: own }] of Object.entries(names)) {
    test(`${where} of ${entry} has the names of the Python package, except for the listed differences`, () => {
      assert.deepEqual(actual[where].sort(), [...shared.map(camel), ...Object.keys(own)].sort());
    });
  }
}
