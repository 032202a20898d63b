// With the flag u a surrogate is only matched where it has no partner.
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Text that can travel unchanged. Protocol Buffers replace a lone surrogate by U+FFFD without a word, so that two different keys would
 * become one. All other rules about names are the server's.
 *
 * @throws TypeError It cannot.
 */
export function wireText(text: string, name: string): string {
  if (typeof text !== 'string') {
    throw new TypeError(`${name} is ${text === null ? 'null' : `a ${typeof text}`}. Give a text.`);
  }
  if (LONE_SURROGATE.test(text)) {
    throw new TypeError(`${name} has a lone surrogate at index ${text.search(LONE_SURROGATE)}.`);
  }
  return text;
}

export function wireTexts(texts: Iterable<string> | undefined, name: string): string[] {
  if (typeof texts === 'string') {
    throw new TypeError(`${name} is a text. Give a list of texts.`);
  }
  return Array.from(texts ?? [], (text) => wireText(text, name));
}

/** A name that need not be given. The empty one is given, and the server's to refuse. */
export function optionalText(text: string | undefined, name: string): string | undefined {
  return text === undefined ? undefined : wireText(text, name);
}
