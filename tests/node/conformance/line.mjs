// One place in line for a claim. It has a connection of its own, which can be broken.
import { Relay } from '../support/relay.mjs';
import { claimOf, secondsOf, wireHeld, wireWaiting } from './words.mjs';

const RETRY_DELAY_MS = 10;

export class ScenarioLine {
  #client;
  #relay;
  #line;
  #events;
  #waiting = [];

  static async open(makeClient, address, userId, call, request) {
    const line = new ScenarioLine();
    line.#relay = await Relay.to(address);
    line.#client = makeClient({ address: line.#relay.address, retryDelayMs: RETRY_DELAY_MS });
    line.#line = lineOf(line.#client.forUser(userId), call, request);
    line.#events = line.#line[Symbol.asyncIterator]();
    return line;
  }

  /** Waits until the server has said where the caller stands. This is the first event. */
  async established() {
    this.#waiting.push(await this.#read());
    return {};
  }

  async next(count) {
    while (this.#waiting.length < count) {
      this.#waiting.push(await this.#read());
    }
    return this.#waiting.splice(0, count);
  }

  break() {
    this.#relay.break();
  }

  async close() {
    await this.#events.return();
    this.#client.close();
    this.#relay.close();
  }

  async #read() {
    for (;;) {
      const { value: event, done } = await this.#events.next();
      if (done) {
        return { held: wireHeld(this.#line.claim) };
      }
      if (event.type === 'waiting') {
        return { waiting: wireWaiting(event) };
      }
    }
  }
}

function lineOf(mesh, call, { asAgent, claim, grace, requestId }) {
  const { name, ...routing } = claimOf(claim);
  const options = { ...routing, requestId, graceSeconds: secondsOf(grace) };
  return call.startsWith('ContextMesh/')
    ? mesh.awaitClaim(name, { ...options, agentName: asAgent })
    : mesh.forAgent(asAgent).awaitClaim(name, options);
}
