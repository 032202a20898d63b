// One stream of a scenario: the client's events as the scenarios name them. It has a connection of its own, which can be broken.
import { Relay } from '../support/relay.mjs';
import { isKeysOnly, positionOf, secondsOf, shortName, wireChange, wireItem, wirePosition } from './words.mjs';

const RETRY_DELAY_MS = 10;

export class ScenarioStream {
  #client;
  #relay;
  #events;
  #items = [];
  #waiting = [];
  /** The position to resume after. */
  through;

  /** @param makeClient Makes a client of an address. */
  static async open(makeClient, address, userId, call, request) {
    const stream = new ScenarioStream();
    stream.#relay = await Relay.to(address);
    stream.#client = makeClient({ address: stream.#relay.address, retryDelayMs: RETRY_DELAY_MS });
    stream.#events = eventsOf(stream.#client.forUser(userId), call, request);
    return stream;
  }

  /** Waits until the server serves it. */
  async established() {
    for (;;) {
      const event = await this.#read();
      if (event.type === 'established') {
        const { position, oldestRevision, heartbeatMs } = event;
        return { position: wirePosition(position), oldestRevision: String(oldestRevision), heartbeat: `${heartbeatMs / 1000}s` };
      }
      this.#waiting.push(...this.#named(event));
    }
  }

  async next(count) {
    while (this.#waiting.length < count) {
      this.#waiting.push(...this.#named(await this.#read()));
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
    const { value } = await this.#events.next();
    if (value.through) {
      this.through = wirePosition(value.through);
    }
    return value;
  }

  #named(event) {
    switch (event.type) {
      case 'committed':
        return [{ committed: { revision: String(event.revision), changes: event.changes.map(wireChange) } }];
      case 'reset':
        return [{ reset: { reason: event.reason } }];
      case 'snapshotStarted':
        this.#items = [];
        return [];
      case 'snapshotItems':
        this.#items.push(...event.items.map(wireItem));
        return [];
      case 'snapshotCompleted':
        return [{ snapshot: { items: this.#items } }];
      default:
        return [];
    }
  }
}

function eventsOf(mesh, call, { asAgent, filter = {}, view, kinds, start, heartbeat, includeAgents, includeClaims }) {
  const { topics, ...conditions } = filter;
  const options = {
    ...conditions,
    keysOnly: isKeysOnly(view),
    kinds: kinds?.map((kind) => shortName(kind, 'CHANGE_KIND')),
    start: startOf(start),
    includeClaims,
    heartbeatMs: heartbeat && secondsOf(heartbeat) * 1000,
  };
  return call === 'ContextMesh/Subscribe'
    ? mesh.subscribe({ ...options, agentName: asAgent, topics, includeAgents })
    : mesh.forAgent(asAgent).subscribeToTopics(topics ?? [], options);
}

function startOf(start) {
  if (start?.after) {
    return { after: positionOf(start.after) };
  }
  return start?.snapshot ? 'snapshot' : 'now';
}
