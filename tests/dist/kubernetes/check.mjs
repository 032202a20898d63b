// Checks each object of the manifests against the schema of its kind, and prints JSON: for each object its file, its kind and its fault.
// The schema finds what is missing and what has a wrong type. It lets unknown fields pass, as an API server does that only warns. So the
// compiler of TypeScript looks at each object as well: it refuses a field that the type of its kind does not have.
//
//   node check.mjs FILE…
import { readFileSync } from 'node:fs';
import { loadAll } from 'js-yaml';
import ts from 'typescript';

const results = [];
for (const file of process.argv.slice(2)) {
  for (const object of loadAll(readFileSync(file, 'utf8'))) {
    const fault = (await schemaFault(object)) || typeFault(object);
    results.push({ file, kind: object.kind, fault });
  }
}
console.log(JSON.stringify(results));

async function schemaFault(object) {
  try {
    const models = await import(`kubernetes-models/${object.apiVersion}`);
    new models[object.kind](object).validate();
    return '';
  } catch (thrown) {
    return String(thrown.message ?? thrown);
  }
}

function typeFault(object) {
  const name = new URL('object.mts', import.meta.url).pathname; // It is not written: the host below has its text.
  const text = `import type { I${object.kind} } from 'kubernetes-models/${object.apiVersion}';
export const object: I${object.kind} = ${JSON.stringify(object, null, 1)};\n`;
  const options = { module: ts.ModuleKind.NodeNext, noEmit: true, skipLibCheck: true, strict: true, types: [] };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile;
  host.getSourceFile = (path, ...rest) => (path === name ? ts.createSourceFile(name, text, ts.ScriptTarget.Latest) : read(path, ...rest));
  const faults = ts.getPreEmitDiagnostics(ts.createProgram([name], options, host));
  return faults.map((fault) => ts.flattenDiagnosticMessageText(fault.messageText, '\n')).join('\n');
}
