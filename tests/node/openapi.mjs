// Holds the HTTP door to its own description:
//   node openapi.mjs DOCUMENT TRAFFIC
// DOCUMENT is /openapi/v1.json. Each line of TRAFFIC is an exchange that was recorded:
// { verb, target, body, bodyType, status, type, answer }. It prints what does not fit, a line each, and then how much it has checked.
import { readFile } from 'node:fs/promises';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

const [documentFile, trafficFile] = process.argv.slice(2);
const document = JSON.parse(await readFile(documentFile, 'utf8'));
const faults = [];

const { valid, errors } = await new Validator().validate(structuredClone(document));
if (!valid) {
  faults.push(`The document: ${JSON.stringify(errors)}`);
}

// A number of any size is a number of JSON, so formats of numbers are not checked.
const ajv = formats.default(new Ajv.default({ strict: false, allErrors: true }));
// A member that is not described is a fault here. Programs that are made from the description ignore it.
const schemas = Object.entries(document.components.schemas).map(([name, schema]) => [
  name, schema.properties ? { ...schema, additionalProperties: false } : schema,
]);
ajv.addSchema({ $id: 'openapi', components: { schemas: Object.fromEntries(schemas) } });
const compiled = new Map();
function check(place, schema, value) {
  const text = JSON.stringify(schema).replaceAll('"#/components/', '"openapi#/components/');
  if (!compiled.has(text)) {
    compiled.set(text, ajv.compile(JSON.parse(text)));
  }
  const fits = compiled.get(text);
  return fits(value) ? [] : [`${place}: ${ajv.errorsText(fits.errors)}: ${JSON.stringify(value)?.slice(0, 200)}`];
}

/** What the path of an operation matches. A key is the rest of the path. */
function patternOf(path) {
  const variables = (_, name) => `(?<${name}>${name === 'key' ? '.+' : '[^/]+?'})`;
  return new RegExp(`^${path.replace(/[.:]/g, '\\$&').replace(/\{(\w+)\}/g, variables)}$`);
}

const operations = Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([verb, operation]) => ({
  ...operation,
  path,
  verb: verb.toUpperCase(),
  pattern: patternOf(path),
})));

let exchanges = 0;
const seen = new Set();
for (const line of (await readFile(trafficFile, 'utf8')).split('\n').filter(Boolean)) {
  const { verb, target, body, bodyType, status, type, answer } = JSON.parse(line);
  const [path, query = ''] = target.split(/\?(.*)/s);
  const operation = operations.find((one) => one.verb === verb && one.pattern.test(path));
  if (!operation) {
    faults.push(`${verb} ${path} is not described`);
    continue;
  }
  exchanges++;
  seen.add(`${operation.verb} ${operation.path} ${status}`);
  const place = `${verb} ${operation.path} ${status}`;
  // Only what was accepted must fit.
  if (status < 400) {
    faults.push(...queryFaults(operation, query).map((fault) => `${place}: ${fault}`));
    const schema = operation.requestBody?.content[bodyType]?.schema;
    if (body !== null && !schema) {
      faults.push(`${place}: a body is not described`);
    } else if (body && !isModelsText(operation, body)) {
      const isItem = /(^|&)form=item(&|$)/.test(query);
      faults.push(...check(`${place}, request`, isItem ? { $ref: '#/components/schemas/ItemWrite' } : schema, JSON.parse(body)));
    }
  }
  const described = operation.responses[status];
  if (!described) {
    faults.push(`${place}: the status is not described`);
    continue;
  }
  const kind = type?.split(';')[0];
  const content = described.content?.[kind];
  if (answer && !content) {
    faults.push(`${place}: an answer of ${kind} is not described`);
  } else if (kind === 'text/event-stream') {
    for (const event of answer) {
      faults.push(...('error' in event ? check(`${place}, error`, { $ref: '#/components/schemas/Problem' }, event.error)
        : check(`${place}, event`, content.schema, event)));
    }
  } else if (answer) {
    faults.push(...check(`${place}, answer`, content.schema, JSON.parse(answer)));
  }
}

// What a model says as arguments of a tool need not be JSON. The answer then tells the model so.
function isModelsText(operation, body) {
  try {
    JSON.parse(body);
    return false;
  } catch {
    return operation.operationId.startsWith('ToolHandler_CallTool');
  }
}

function queryFaults(operation, query) {
  const parameters = new Map((operation.parameters ?? []).filter((one) => one.in === 'query').map((one) => [one.name, one]));
  const given = new URLSearchParams(query);
  const unknown = [...given.keys()].filter((name) => !parameters.has(name)).map((name) => `the parameter ${name} is not described`);
  const missing = [...parameters.values()].filter((one) => one.required && !given.has(one.name)).map((one) => `${one.name} is required`);
  return [...unknown, ...missing];
}

for (const fault of new Set(faults)) {
  console.log(fault);
}
const used = new Set([...seen].map((kind) => kind.split(' ').slice(0, 2).join(' ')));
console.log(`${exchanges} exchanges, ${seen.size} kinds, ${used.size} operations`);
process.exitCode = faults.length === 0 ? 0 : 1;
