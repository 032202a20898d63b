import type { MessageInitShape } from '@bufbuild/protobuf';

import type { IncrementSchema, ItemPatchSchema, ListChangeSchema } from '../generated/syntha/v1/commit_pb.js';
import { jsonOf } from './json.js';
import { kindOf, wireText } from './wire-text.js';

type Change = NonNullable<MessageInitShape<typeof ItemPatchSchema>['change']>;

const LEAST_INTEGER = -(2n ** 63n);
const GREATEST_INTEGER = 2n ** 63n - 1n;
const GREATEST_LENGTH = 2 ** 31 - 1;

/**
 * A change of the value of an item that is there. `ContextMesh.patch` and `ContextMesh.commit` take it.
 *
 * A patch may serve several keys and calls. It is immutable: the values that it was made of are copied. A pointer says which part of the
 * value is meant, as a JSON Pointer (RFC 6901) such as `/stops/0`. Empty, it is the whole value. What a patch leaves alone keeps its
 * numbers to the last digit. A patch that does not apply to the present value throws a `SynthaError` with the reason `PATCH_FAILED`, and
 * nothing is changed. Arguments of another type are a `TypeError`.
 */
export class Patch {
  /** @internal */
  readonly change: Change;

  private constructor(change: Change) {
    this.change = change;
  }

  /**
   * A JSON Patch (RFC 6902): a list of operations, such as `{ op: 'replace', path: '/state', value: 'done' }`. At most 1,000. They are
   * carried out in order: all of them or none.
   */
  static operations(operations: Iterable<object>): Patch {
    const listed = listOf(operations, 'operations');
    const wrong = listed.findIndex((operation) => typeof operation !== 'object' || operation === null || Array.isArray(operation));
    if (wrong >= 0) {
      throw new TypeError(`operations[${wrong}] is ${kindOf(listed[wrong])}. Give an object with op and path.`);
    }
    return new Patch({ case: 'operationsJson', value: jsonOf(listed, 'operations') });
  }

  /** A JSON Merge Patch (RFC 7396): its members replace those of the value, and its `null` members remove them. */
  static merge(value: unknown): Patch {
    return new Patch({ case: 'mergeJson', value: jsonOf(value, 'value') });
  }

  /**
   * Adds to a number. Where there is nothing yet, but its parent exists, it counts from 0.
   *
   * @param amount A safe integer or a `bigint` stays exact: it and the sum must fit in 64 bits. The sum with any other number is that of
   * two doubles.
   */
  static increment(amount: number | bigint = 1, pointer = ''): Patch {
    return new Patch({ case: 'increment', value: { pointer: wireText(pointer, 'pointer'), amount: amountOf(amount) } });
  }

  /**
   * Adds values at the end of a list. Where there is nothing yet, but its parent exists, a list is made.
   *
   * @param maxLength How long the list may get. What is too much goes at the beginning. Default: there is no bound.
   */
  static append(values: Iterable<unknown>, pointer = '', maxLength?: number): Patch {
    return new Patch({ case: 'append', value: listChange(values, pointer, maxLength) });
  }

  /**
   * Adds values at the beginning of a list, in their order. Where there is nothing yet, but its parent exists, a list is made.
   *
   * @param maxLength How long the list may get. What is too much goes at the end. Default: there is no bound.
   */
  static prepend(values: Iterable<unknown>, pointer = '', maxLength?: number): Patch {
    return new Patch({ case: 'prepend', value: listChange(values, pointer, maxLength) });
  }

  /** Adds those values to a list that it does not have: the union of two sets. Members of objects have no order. */
  static add(values: Iterable<unknown>, pointer = ''): Patch {
    return new Patch({ case: 'add', value: setChange(values, pointer) });
  }

  /** Removes values from a list, wherever it has them: the difference of two sets. */
  static subtract(values: Iterable<unknown>, pointer = ''): Patch {
    return new Patch({ case: 'subtract', value: setChange(values, pointer) });
  }
}

function amountOf(amount: number | bigint): NonNullable<MessageInitShape<typeof IncrementSchema>['amount']> {
  if (typeof amount === 'bigint' && (amount < LEAST_INTEGER || amount > GREATEST_INTEGER)) {
    throw new TypeError(`amount is ${amount}, which does not fit in 64 bits.`);
  }
  if (typeof amount === 'bigint' || Number.isSafeInteger(amount)) {
    return { case: 'integer', value: BigInt(amount) };
  }
  if (!Number.isFinite(amount)) {
    throw new TypeError(`amount is ${typeof amount === 'number' ? amount : kindOf(amount)}. Give a finite number or a bigint.`);
  }
  return { case: 'number', value: amount };
}

function listChange(values: Iterable<unknown>, pointer: string, maxLength: number | undefined): MessageInitShape<typeof ListChangeSchema> {
  if (maxLength !== undefined && !(Number.isInteger(maxLength) && maxLength >= 0 && maxLength <= GREATEST_LENGTH)) {
    throw new TypeError(`maxLength is ${String(maxLength)}. Give a whole number from 0 to 2,147,483,647.`);
  }
  return { ...setChange(values, pointer), maxLength };
}

function setChange(values: Iterable<unknown>, pointer: string) {
  return { pointer: wireText(pointer, 'pointer'), valuesJson: jsonOf(listOf(values, 'values'), 'values') };
}

/** A text is refused: to JavaScript it would be a list of its letters, which callers hardly ever mean. */
function listOf(values: Iterable<unknown>, name: string): unknown[] {
  if (typeof values !== 'object' || values === null || typeof values[Symbol.iterator] !== 'function') {
    throw new TypeError(`${name} is ${kindOf(values)}. Give a list.`);
  }
  return Array.from(values);
}
