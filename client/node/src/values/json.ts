/** Any JSON value. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [name: string]: JsonValue };

/** @throws TypeError The value has no JSON form: `undefined`, a function, a `bigint` (push its text instead), or a circle. */
export function jsonOf(value: unknown, name: string): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) {
    throw new TypeError(`${name} is ${typeof value}, which has no JSON form.`);
  }
  return text;
}
