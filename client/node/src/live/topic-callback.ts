import type { ContextChange } from '../values/context-change.js';
import type { ContextItem } from '../values/context-item.js';
import type { JsonValue } from '../values/json.js';
import type { ContextEvent } from './events.js';

/** Hears of one key of a topic. `data` is `undefined` when the key is gone. The next call comes when the promise is settled. */
export type TopicListener = (topic: string, key: string, data: JsonValue | undefined) => void | Promise<void>;

// The revision of an item that may be another one, although its revision is the same.
const UNKNOWN_REVISION = -1;

/**
 * Tells a listener of the events of a subscription to one topic. It remembers the keys that it has told of, with their revisions. So it can
 * tell of a snapshot as changes.
 */
export class TopicCallback {
  readonly #told = new Map<string, number>();
  readonly #inSnapshot = new Set<string>();

  constructor(private readonly topic: string, private readonly listener: TopicListener) {}

  async tell(event: ContextEvent): Promise<void> {
    switch (event.type) {
      case 'committed':
        for (const change of event.changes) {
          await this.#tellChange(change);
        }
        break;
      case 'reset':
        if (event.reason === 'EPOCH_CHANGED' || event.reason === 'REVISION_IN_FUTURE') {
          this.#told.forEach((_, key) => this.#told.set(key, UNKNOWN_REVISION));
        }
        break;
      case 'snapshotStarted':
        this.#inSnapshot.clear();
        break;
      case 'snapshotItems':
        for (const item of event.items) {
          this.#inSnapshot.add(item.key);
          await this.#tellItem(item);
        }
        break;
      case 'snapshotCompleted':
        for (const key of [...this.#told.keys()].filter((told) => !this.#inSnapshot.has(told))) {
          await this.#tellGone(key);
        }
        this.#inSnapshot.clear();
        break;
    }
  }

  async #tellChange({ isGone, key, item }: ContextChange): Promise<void> {
    if (isGone) {
      await this.#tellGone(key);
    } else if (item?.valueJson !== undefined) {
      // An item without a value has expired since. The change that says so follows.
      await this.#tellItem(item);
    }
  }

  async #tellItem(item: ContextItem): Promise<void> {
    if (this.#told.get(item.key) !== item.revision) {
      this.#told.set(item.key, item.revision);
      await this.listener(this.topic, item.key, item.value);
    }
  }

  async #tellGone(key: string): Promise<void> {
    this.#told.delete(key);
    await this.listener(this.topic, key, undefined);
  }
}
