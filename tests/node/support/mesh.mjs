// Fills a mesh over HTTP, as a program without a client does.
export class Mesh {
  #site;
  #headers;

  constructor(site, user, headers = { 'user-id': user }) {
    this.#site = site;
    this.#headers = headers;
  }

  async push(key, value, { topics = [], subscribers = [], asAgent, ttl } = {}) {
    const query = new URLSearchParams({ key });
    topics.forEach((topic) => query.append('topics', topic));
    subscribers.forEach((subscriber) => query.append('subscribers', subscriber));
    if (asAgent) {
      query.set('as_agent', asAgent);
    }
    if (ttl) {
      query.set('ttl', ttl);
    }
    return this.#send('PUT', `/v1/context?${query}`, JSON.stringify(value));
  }

  remove(key) {
    return this.#send('DELETE', `/v1/context?${new URLSearchParams({ key })}`);
  }

  subscribe(agent, topics) {
    return this.#send('PUT', `/v1/agents/${encodeURIComponent(agent)}/topics`, JSON.stringify({ topics }));
  }

  /** Pushes many items at once. */
  async fill(count, name = (n) => `item/${String(n).padStart(6, '0')}`, value = (n) => ({ number: n })) {
    for (let from = 0; from < count; from += 1000) {
      const items = Array.from({ length: Math.min(1000, count - from) }, (_, n) => (
        { key: name(from + n), value: value(from + n) }));
      await this.#send('POST', '/v1/context:push', JSON.stringify({ items }));
    }
  }

  async #send(method, path, body) {
    const answer = await fetch(new URL(path, this.#site), { method, headers: this.#headers, body });
    if (!answer.ok) {
      throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    }
    return answer;
  }
}
