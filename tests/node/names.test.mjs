// The names of the package against those of the Python package (tests/conformance/names; tests/python/test_names.py holds that one to it).
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import * as node from 'syntha';
import * as web from 'syntha/web';

const names = JSON.parse(await readFile(new URL('../conformance/names/names.json', import.meta.url), 'utf8'));

/** Functions and methods in camel case; classes and constants are called the same. */
const camel = (name) => (/[A-Z]/.test(name) ? name : name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase()));
const membersOf = ({ prototype }) => Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');

for (const [entry, exported] of Object.entries({ syntha: node, 'syntha/web': web })) {
  const { ContextMesh, ToolHandler } = exported;
  const actual = { package: Object.keys(exported), ContextMesh: membersOf(ContextMesh), ToolHandler: membersOf(ToolHandler) };
  for (const [where, { shared, node: own }] of Object.entries(names)) {
    test(`${where} of ${entry} has the names of the Python package, but for the differences that are told`, () => {
      assert.deepEqual(actual[where].sort(), [...shared.map(camel), ...Object.keys(own)].sort());
    });
  }
}
