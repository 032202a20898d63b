// A scripted server in the place of a transport, for tests that depend on time or on failures.
import { create, toBinary } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { webcrypto } from 'node:crypto';

import { Client } from '../../../client/node/dist/client.js';
import { ErrorInfoSchema, RetryInfoSchema } from '../../../client/node/dist/generated/google/rpc/error_details_pb.js';

/** A queue. A taker waits when it is empty. */
class Queue {
  #filled = [];
  #waiting = [];

  put(entry) {
    const taker = this.#waiting.shift();
    taker ? taker(entry) : this.#filled.push(entry);
  }

  take() {
    return this.#filled.length > 0 ? Promise.resolve(this.#filled.shift()) : new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** A stream that a client has opened. */
class ScriptedStream {
  #said = new Queue();

  constructor(output, request, header, signal) {
    Object.assign(this, { output, request, header, signal });
    signal.addEventListener('abort', () => this.fail(new ConnectError('aborted', Code.Canceled)));
  }

  /** @param messages SubscribeResponses by their one member, such as `{progress: {…}}`. `{}` is a message of a newer server. */
  say(...messages) {
    for (const said of messages) {
      const [name] = Object.keys(said);
      const message = name === undefined ? { case: undefined } : { case: name, value: said[name] };
      this.#said.put({ done: false, value: create(this.output, { message }) });
    }
  }

  end() {
    this.#said.put({ done: true });
  }

  fail(error) {
    this.#said.put(error);
  }

  async next() {
    const said = await this.#said.take();
    if (said instanceof Error) {
      throw said;
    }
    return said;
  }

  [Symbol.asyncIterator]() {
    return this;
  }
}

class ScriptedTransport {
  #streams = new Queue();
  #calls = new Queue();

  /** The next stream that the client opens. */
  nextStream() {
    return this.#streams.take();
  }

  /** The next call that the client makes: its request, header and timeoutMs, and `answer` and `fail` to end it. */
  nextCall() {
    return this.#calls.take();
  }

  unary(method, signal, timeoutMs, header, request) {
    return new Promise((resolve, reject) => {
      const answer = (init) => resolve({ message: create(method.output, init) });
      this.#calls.put({ name: method.name, request, header, timeoutMs, answer, fail: reject });
      signal?.addEventListener('abort', () => reject(signal.reason));
    });
  }

  async stream(method, signal, timeoutMs, header, input) {
    const { value: request } = await input[Symbol.asyncIterator]().next();
    const stream = new ScriptedStream(method.output, request, header, signal);
    this.#streams.put(stream);
    return { header: new Headers(), trailer: new Headers(), message: stream };
  }
}

/** A client of a scripted server, with the server. */
export class ScriptedClient extends Client {
  server;

  constructor(options = {}) {
    const server = new ScriptedTransport();
    super(options, { defaultAddress: 'http://localhost', random: webcrypto, open: () => server });
    this.server = server;
  }
}

/** A failure with the details that the server attaches. */
export function refusal(code, reason, { metadata = {}, retryAfterSeconds } = {}) {
  const details = reason ? [{ desc: ErrorInfoSchema, value: { domain: 'syntha', reason, metadata } }] : [];
  if (retryAfterSeconds !== undefined) {
    details.push({ desc: RetryInfoSchema, value: { retryDelay: { seconds: BigInt(retryAfterSeconds) } } });
  }
  const failure = new ConnectError('It says no.', code);
  failure.details = details.map(({ desc, value }) => ({ type: desc.typeName, value: toBinary(desc, create(desc, value)) }));
  return failure;
}

/** Lets all work finish that needs no time to pass. */
export async function settled(answer) {
  for (let i = 0; i < 50; i++) {
    await Promise.resolve();
  }
  return answer;
}
