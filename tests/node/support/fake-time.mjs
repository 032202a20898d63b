// Time that passes when the test says so. The fake timers of node:test are not sound in every version of Node that we support.
const { setTimeout, clearTimeout } = globalThis;

export class FakeTime {
  #now = 0;
  #timers = new Set();

  /** It holds for the whole process until `restore`. */
  constructor() {
    globalThis.setTimeout = (callback, ms, ...args) => {
      const timer = { at: this.#now + ms, ring: () => callback(...args) };
      this.#timers.add(timer);
      return timer;
    };
    globalThis.clearTimeout = (timer) => this.#timers.delete(timer);
  }

  /** Lets time pass. Timers that are due ring in their order. */
  tick(ms) {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
      if (next === undefined) {
        break;
      }
      this.#timers.delete(next);
      this.#now = next.at;
      next.ring();
    }
    this.#now = end;
  }

  restore() {
    Object.assign(globalThis, { setTimeout, clearTimeout });
  }
}
