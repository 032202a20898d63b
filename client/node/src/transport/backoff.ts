/**
 * How long to wait before the next attempt, in milliseconds: a random time between zero and a bound that doubles with each failure. So
 * callers that lost one server do not come to the next all at once.
 */
export class Backoff {
  /** How many attempts in a row have failed. */
  failures = 0;

  constructor(
    private readonly initialMs: number,
    private readonly longestMs: number,
    private readonly random: () => number = Math.random,
  ) {}

  reset(): void {
    this.failures = 0;
  }

  /** @param asked The least wait that the server asks for. It counts up to the longest wait. */
  next(asked = 0): number {
    const bound = Math.min(this.longestMs, this.initialMs * 2 ** this.failures);
    this.failures++;
    const delay = bound * this.random();
    return asked > 0 ? Math.min(asked, this.longestMs - delay) + delay : delay;
  }
}
