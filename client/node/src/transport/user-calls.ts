import { createClient } from '@connectrpc/connect';
import type { CallOptions, Client } from '@connectrpc/connect';

import { SynthaError } from '../errors.js';
import { ContextMesh } from '../generated/syntha/v1/context_mesh_pb.js';
import type { Position } from '../generated/syntha/v1/context_pb.js';
import { ToolHandler } from '../generated/syntha/v1/tool_handler_pb.js';
import type { CheckedOptions } from '../options.js';
import type { PushReceipt } from '../values/answers.js';
import { positionOf } from '../values/position.js';
import type { CallSettings, WriteSettings } from '../values/requests.js';
import { Backoff } from './backoff.js';
import type { Connections } from './connections.js';
import { newRequestId } from './request-id.js';
import { sleep } from './sleep.js';

/** A method of a generated service. */
type Method<I, O> = (request: I, options?: CallOptions) => Promise<O>;

interface PushAnswer {
  readonly position?: Position | undefined;
  readonly replayed: boolean;
}

/**
 * One user's way to the server, and the only place that makes calls: each carries the user's `user-id`, the credential, and a deadline
 * (unless it is a stream); it is tried again where that is safe, and fails with a `SynthaError`.
 */
export class UserCalls {
  readonly userId: string;
  #mesh: Client<typeof ContextMesh> | undefined;
  #tools: Client<typeof ToolHandler> | undefined;

  constructor(readonly connections: Connections, userId: string) {
    this.userId = checkedUserId(userId);
  }

  get options(): CheckedOptions {
    return this.connections.options;
  }

  get mesh(): Client<typeof ContextMesh> {
    return (this.#mesh ??= createClient(ContextMesh, this.connections.calls));
  }

  get tools(): Client<typeof ToolHandler> {
    return (this.#tools ??= createClient(ToolHandler, this.connections.calls));
  }

  get meshStreams(): Client<typeof ContextMesh> {
    return createClient(ContextMesh, this.connections.streams);
  }

  get toolStreams(): Client<typeof ToolHandler> {
    return createClient(ToolHandler, this.connections.streams);
  }

  read<I, O>(method: Method<I, O>, request: I, { signal }: CallSettings): Promise<O> {
    return this.#call(method, request, signal, undefined);
  }

  write<I, O>(method: Method<I & { requestId: string }, O>, request: I, settings: WriteSettings): Promise<O> {
    const requestId = this.#requestIdOf(settings);
    return this.#call(method, { ...request, requestId }, settings.signal, requestId);
  }

  /** A write whose answer is a receipt, which tells its id. */
  async push<I>(method: Method<I & { requestId: string }, PushAnswer>, request: I, settings: WriteSettings): Promise<PushReceipt> {
    const requestId = this.#requestIdOf(settings);
    const { position, replayed } = await this.write(method, request, { ...settings, requestId });
    return { position: positionOf(position), replayed, requestId };
  }

  async headers(): Promise<Record<string, string>> {
    const token = this.options.token;
    const user = { 'user-id': this.userId };
    return token === undefined ? user : { ...user, authorization: `Bearer ${await token()}` };
  }

  #requestIdOf(settings: WriteSettings): string {
    return settings.requestId ?? newRequestId(this.connections.random);
  }

  // Again while it is answered with UNAVAILABLE: a request either only reads or carries a `request_id`, under which the server carries it
  // out once.
  async #call<I, O>(method: Method<I, O>, request: I, signal: AbortSignal | undefined, requestId: string | undefined): Promise<O> {
    const { callTimeoutMs, maxAttempts, retryDelayMs, maxRetryDelayMs } = this.options;
    const end = callTimeoutMs === null ? Infinity : performance.now() + callTimeoutMs;
    const backoff = new Backoff(retryDelayMs, maxRetryDelayMs);
    for (;;) {
      signal?.throwIfAborted();
      this.connections.throwIfClosed();
      const headers = await this.headers();
      const timeoutMs = end === Infinity ? undefined : Math.max(1, end - performance.now());
      try {
        return await method(request, { headers, timeoutMs, signal });
      } catch (error) {
        signal?.throwIfAborted();
        const failure = SynthaError.from(error, { ...this.options, requestId });
        const delay = backoff.next(failure.retryAfterMs);
        const isLast = backoff.failures >= maxAttempts || performance.now() + delay >= end;
        if (failure.status !== 'UNAVAILABLE' || isLast) {
          throw failure;
        }
        await sleep(delay, signal);
      }
    }
  }
}

/** Only what metadata cannot carry is refused here; the pattern of a user id is the server's. */
function checkedUserId(userId: string): string {
  if (typeof userId !== 'string' || userId === '') {
    throw new TypeError('A user id is needed.');
  }
  if (/[^!-~]/.test(userId)) {
    throw new TypeError('A user id travels as metadata and holds visible ASCII characters only.');
  }
  return userId;
}
