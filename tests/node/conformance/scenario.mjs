// Runs one scenario, step by step.
import { createClient } from '@connectrpc/connect';
import { fromJson, toJson } from '@bufbuild/protobuf';
import { SynthaError } from 'syntha';

import { ContextMesh } from '../../../client/node/dist/generated/syntha/v1/context_mesh_service_pb.js';
import { Discovery } from '../../../client/node/dist/generated/syntha/v1/discovery_service_pb.js';
import { ToolHandler } from '../../../client/node/dist/generated/syntha/v1/tool_handler_service_pb.js';
import { newUserId } from '../support/clients.mjs';
import { filled, mismatch, partOf } from './matching.mjs';
import { discoveryCalls } from './discovery-calls.mjs';
import { meshCalls } from './mesh-calls.mjs';
import { ScenarioLine } from './line.mjs';
import { ScenarioStream } from './stream.mjs';
import { toolCalls } from './tool-calls.mjs';

const MEMBERS = new Set([
  'call', 'open', 'next', 'break', 'close', 'user', 'userId', 'request', 'answer', 'error', 'save', 'pages', 'wire', 'events',
]);
const SERVICES = { ContextMesh, ToolHandler, Discovery };
const STREAMS = new Set(['ContextMesh/Subscribe', 'ToolHandler/SubscribeToTopics', 'ContextMesh/AwaitClaim', 'ToolHandler/AwaitClaim']);

export class Scenario {
  #way;
  #client;
  #users = new Map();
  #streams = new Map();
  #saved = {};

  /** @param way A function that makes clients, the server's address, and a transport for calls on bare stubs. */
  constructor(way) {
    this.#way = way;
    this.#client = way.makeClient();
  }

  async run(steps) {
    try {
      for (const [i, step] of steps.entries()) {
        await this.#step(step).catch((error) => {
          throw new Error(`Step ${i + 1}, ${JSON.stringify(step)}: ${error.message}`, { cause: error });
        });
      }
    } finally {
      await Promise.all([...this.#streams.values()].map((stream) => stream.close()));
      this.#client.close();
    }
  }

  async #step(step) {
    const unknown = Object.keys(step).filter((name) => !MEMBERS.has(name));
    if (unknown.length > 0) {
      throw new Error(`A step has no ${unknown}.`);
    }
    if ('next' in step) {
      await this.#next(step);
    } else if ('break' in step) {
      this.#streams.get(step.break).break();
    } else if ('close' in step) {
      await this.#streams.get(step.close).close();
      this.#streams.delete(step.close);
    } else {
      await this.#call(step);
    }
  }

  async #next({ next, events, save }) {
    const stream = this.#streams.get(next);
    const told = await stream.next(events.length);
    this.#expect(events, told, 'events');
    this.#save(save, { through: stream.through, ...told.at(-1) });
  }

  async #call(step) {
    const request = filled(step.request ?? {}, this.#saved);
    let answer;
    try {
      answer = await this.#answerTo(step, request);
    } catch (error) {
      if (!step.error) {
        throw error;
      }
      this.#expect(step.error, failureOf(error), 'error');
      return;
    }
    if (step.error) {
      throw new Error(`It was to fail, and answered ${JSON.stringify(answer)}.`);
    }
    this.#save(step.save, answer);
  }

  async #answerTo(step, request) {
    if ('open' in step && step.wire) {
      return this.#bareStream(step, request);
    }
    if ('open' in step) {
      const { makeClient, address } = this.#way;
      const Opened = step.call.endsWith('/AwaitClaim') ? ScenarioLine : ScenarioStream;
      const stream = await Opened.open(makeClient, address, this.#userIdOf(step), step.call, request);
      this.#streams.set(step.open, stream);
      return stream.established();
    }
    const [call, lacks = []] = step.wire ? [this.#bare(step)] : callOf(step.call);
    const answer = await call(step.wire ? undefined : this.#targetOf(step, request), request);
    this.#expect(without(step.answer ?? {}, lacks), answer, 'answer');
    return answer;
  }

  /** The object of the client that makes the call. */
  #targetOf(step, { asAgent, agent }) {
    const [service] = step.call.split('/');
    if (service === 'Discovery') {
      return this.#client;
    }
    const mesh = this.#client.forUser(this.#userIdOf(step));
    return service === 'ToolHandler' ? mesh.forAgent(asAgent ?? agent) : mesh;
  }

  /** A method by the generated stubs alone. */
  #stub({ call, ...step }) {
    const [service, name] = call.split('/');
    const method = SERVICES[service].methods.find((described) => described.name === name);
    const userId = this.#userIdOf(step);
    const headers = userId === null ? {} : { 'user-id': userId };
    const send = createClient(SERVICES[service], this.#way.transport)[method.localName];
    return [method, (request) => send(fromJson(method.input, request), { headers })];
  }

  #bare(step) {
    const [method, send] = this.#stub(step);
    return async (_, request) => toJson(method.output, await send(request));
  }

  /** Opens a stream on stubs, which is to be refused. Nothing here would resume a stream that is served. */
  async #bareStream(step, request) {
    const [, send] = this.#stub(step);
    const { value } = await send(request)[Symbol.asyncIterator]().next();
    throw new Error(`The stream was to be refused, and said ${value?.message.case}.`);
  }

  #userIdOf({ user = 'user', userId }) {
    if (userId !== undefined) {
      return userId;
    }
    if (!this.#users.has(user)) {
      this.#users.set(user, newUserId());
    }
    return this.#users.get(user);
  }

  #expect(expected, actual, path) {
    const fault = mismatch(expected, actual, this.#saved, path);
    if (fault) {
      throw new Error(fault);
    }
  }

  #save(save = {}, answer) {
    for (const [name, path] of Object.entries(save)) {
      this.#saved[name] = partOf(answer, path);
    }
  }
}

function callOf(name) {
  const [service, method] = name.split('/');
  const call = { ContextMesh: meshCalls, ToolHandler: toolCalls, Discovery: discoveryCalls }[service]?.[method];
  if (!call) {
    throw new Error(`${name} is no call${STREAMS.has(name) ? ' but a stream: open it' : ''}.`);
  }
  return call;
}

function without(object, names) {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

function failureOf(error) {
  const failure = error instanceof SynthaError ? error : SynthaError.from(error, { address: new URL('http://stubs'), callTimeoutMs: null });
  return { status: failure.status, reason: failure.reason, metadata: failure.metadata };
}
