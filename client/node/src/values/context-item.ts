import { timestampDate } from '@bufbuild/protobuf/wkt';

import type { Item } from '../generated/syntha/v1/item_pb.js';
import type { JsonValue } from './json.js';

/** One key of a mesh with its value and its readers. */
export class ContextItem {
  readonly key: string;

  /**
   * The value as JSON text, exactly as it was pushed. 64-bit integers are exact here. `undefined` when only keys were asked for, or when
   * the item has expired or was redacted since.
   */
  readonly valueJson: string | undefined;

  /** An agent that is subscribed to one of these topics now may read the item. */
  readonly topics: readonly string[];

  /** The agents named as readers. An item without topics and subscribers is global: every agent may read it. */
  readonly subscribers: readonly string[];

  /** The agent that wrote the item last. `undefined` when the owner did. */
  readonly author: string | undefined;

  /** The revision of the command that wrote the item last. `ifRevision` compares with it. */
  readonly revision: number;

  /** When that command was committed, by the store's clock. */
  readonly updateTime: Date;

  /** The moment from which the item is absent for every operation. `undefined` when it never expires. */
  readonly expireTime: Date | undefined;

  /** Notes that the writer attached. `undefined` when there are none. */
  readonly metadata: Readonly<Record<string, JsonValue>> | undefined;

  /** Whether value and metadata were removed from history by `redact`. Only items of the past can be. */
  readonly redacted: boolean;

  /** @internal */
  constructor(wire: Item) {
    this.key = wire.key;
    this.valueJson = wire.content.case === 'valueJson' ? wire.content.value : undefined;
    this.topics = wire.topics;
    this.subscribers = wire.subscribers;
    this.author = wire.author;
    this.revision = Number(wire.revision);
    this.updateTime = wire.updateTime ? timestampDate(wire.updateTime) : new Date(0);
    this.expireTime = wire.expireTime && timestampDate(wire.expireTime);
    this.metadata = wire.metadataJson === undefined ? undefined : (JSON.parse(wire.metadataJson) as Record<string, JsonValue>);
    this.redacted = wire.redacted;
  }

  /**
   * The value. It is parsed anew each time, so a caller may change it. Integers beyond 2^53 are rounded; `valueJson` has them exactly.
   *
   * @throws Error The item carries no value. Check `valueJson` first where that can happen.
   */
  get value(): JsonValue {
    if (this.valueJson === undefined) {
      const why = this.redacted ? 'it was redacted' : 'only keys were asked for, or it has expired since';
      throw new Error(`The item carries no value: ${why}.`);
    }
    return JSON.parse(this.valueJson) as JsonValue;
  }
}
