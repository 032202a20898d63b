// The meaning of the scenarios' expectations and placeholders: see tests/conformance/README.md.
import { isDeepStrictEqual } from 'node:util';

/** A request with its placeholders filled in. */
export function filled(request, saved) {
  if (typeof request === 'string') {
    return request.startsWith('$') ? savedAs(request, saved) : request;
  }
  if (Array.isArray(request)) {
    return request.map((entry) => filled(entry, saved));
  }
  if (request === null || typeof request !== 'object') {
    return request;
  }
  if ('$repeat' in request) {
    const [text, times] = request.$repeat;
    return text.repeat(times);
  }
  return '$json' in request
    ? JSON.stringify(filled(request.$json, saved))
    : Object.fromEntries(Object.entries(request).map(([name, value]) => [name, filled(value, saved)]));
}

/** The part of an answer that a path such as `position.revision` leads to. */
export function partOf(answer, path) {
  const part = path.split('.').reduce((whole, name) => whole?.[name], answer);
  if (part === undefined) {
    throw new Error(`There is no ${path} to save in ${JSON.stringify(answer)}.`);
  }
  return part;
}

/** @returns The first difference between the answer and its expectation, or undefined. */
export function mismatch(expected, actual, saved, path = 'answer') {
  const wrong = `${path}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`;
  if (expected === '$any') {
    return actual === undefined ? wrong : undefined;
  }
  if (expected === '$absent') {
    return actual === undefined ? undefined : wrong;
  }
  if (typeof expected === 'string' && expected.startsWith('$')) {
    return isDeepStrictEqual(savedAs(expected, saved), actual) ? undefined : wrong;
  }
  if (Array.isArray(expected)) {
    const list = actual ?? [];
    return list.length === expected.length ? firstOf(expected.map((entry, i) => mismatch(entry, list[i], saved, `${path}[${i}]`))) : wrong;
  }
  if (expected !== null && typeof expected === 'object') {
    if ('$json' in expected) {
      return typeof actual === 'string' && isDeepStrictEqual(JSON.parse(actual), expected.$json) ? undefined : wrong;
    }
    if ('$jsonWith' in expected) {
      return typeof actual === 'string' ? mismatch(expected.$jsonWith, JSON.parse(actual), saved, `${path} as JSON`) : wrong;
    }
    const names = Object.keys(expected);
    return firstOf(names.map((name) => mismatch(expected[name], actual?.[name], saved, `${path}.${name}`)));
  }
  return expected === actual || (actual === undefined && isDefault(expected)) ? undefined : wrong;
}

function savedAs(name, saved) {
  if (!(name.slice(1) in saved)) {
    throw new Error(`Nothing was saved as ${name}.`);
  }
  return saved[name.slice(1)];
}

function isDefault(expected) {
  return expected === false || expected === 0 || expected === '' || expected === '0';
}

function firstOf(faults) {
  return faults.find((fault) => fault !== undefined);
}
