// With the flag u a surrogate only matches where it has no partner.
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Checks that a text can travel unchanged. Protocol Buffers replace a lone surrogate by U+FFFD and do not say so. Two different keys would
 * then become one. The server checks all other rules about names.
 *
 * @throws TypeError It cannot travel unchanged.
 */
export function wireText(text: string, name: string): string {
  if (typeof text !== 'string') {
    throw new TypeError(`${name} is ${kindOf(text)}. Give a text.`);
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
  // Of an object that is no list, Array.from makes an empty one.
  if (texts !== undefined && texts !== null && typeof texts[Symbol.iterator] !== 'function') {
    throw new TypeError(`${name} is ${kindOf(texts)}. Give a list of texts.`);
  }
  return Array.from(texts ?? [], (text) => wireText(text, name));
}

/** What came in the place of an argument, for the text of an error. */
export function kindOf(value: unknown): string {
  return value === null || value === undefined ? String(value) : Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}

/** A text that may be left out. An empty text is not left out: the server refuses it where it must. */
export function optionalText(text: string | undefined, name: string): string | undefined {
  return text === undefined ? undefined : wireText(text, name);
}
