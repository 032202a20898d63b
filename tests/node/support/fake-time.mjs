// Time that passes when the test says so. node:test has such a thing as well, but not a sound one in every version that we support.
const { setTimeout, clearTimeout } = globalThis;

export class FakeTime {
  #now = 0;
  #timers = new Set();

  /** From now on until `restore`, for everything in this process. */
  constructor() {
    globalThis.setTimeout = (callback, ms, ...args) => {
      const timer = { at: this.#now + ms, ring: () => callback(...args) };
      this.#timers.add(timer);
      return timer;
    };
    globalThis.clearTimeout = (timer) => this.#timers.delete(timer);
  }

  /** Lets time pass; what is due rings in its order. */
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
