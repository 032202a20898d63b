// The conformance suite imports fs.globSync for commands that are not used here. Node has it from version 22 on, and Debian has 20.
export async function load(url, context, next) {
  const loaded = await next(url, context);
  return url.endsWith('/@modelcontextprotocol/conformance/dist/index.js')
    ? { ...loaded, source: String(loaded.source).replace(/globSync as \w+,/, '') }
    : loaded;
}
