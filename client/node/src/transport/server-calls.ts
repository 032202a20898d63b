import type { DescMessage, DescMethodServerStreaming, DescMethodUnary, MessageInitShape, MessageShape } from '@bufbuild/protobuf';

import { SynthaError } from '../errors.js';
import { Discovery, ServerFeature } from '../generated/syntha/v1/discovery_service_pb.js';
import type { CheckedOptions } from '../options.js';
import type { CallSettings, WriteSettings } from '../values/requests.js';
import type { Connections } from './connections.js';
import { Attempts, isRepeatable, takesRequestId } from './repeats.js';
import { newRequestId } from './request-id.js';
import { sleep } from './sleep.js';

/**
 * A way to the server, and the only place that makes calls. Each call carries the credential and a deadline. It is made again where that
 * is safe, and fails with a `SynthaError`.
 */
export class ServerCalls {
  constructor(readonly connections: Connections) {}

  get options(): CheckedOptions {
    return this.connections.options;
  }

  /** Makes a call. A request that takes a `request_id` always carries one: that of the settings, or a new one. */
  async call<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>, request: MessageInitShape<I>, settings: WriteSettings,
  ): Promise<MessageShape<O>> {
    const requestId = takesRequestId(method) ? this.requestIdOf(settings) : undefined;
    const input = requestId === undefined ? request : { ...request, requestId };
    const { signal } = settings;
    const attempts = new Attempts(this.options, isRepeatable(method, requestId));
    for (;;) {
      signal?.throwIfAborted();
      this.connections.throwIfClosed();
      const headers = await this.headers();
      try {
        return (await this.connections.calls.unary(method, signal, attempts.timeoutMs, headers, input)).message;
      } catch (error) {
        signal?.throwIfAborted();
        const failure = SynthaError.from(error, { ...this.options, requestId });
        const delayMs = this.connections.isClosed ? undefined : attempts.delayAfter(failure);
        if (delayMs === undefined) {
          throw failure;
        }
        await sleep(delayMs, signal);
      }
    }
  }

  /** Opens a stream when the first message is asked for. It has no deadline. */
  async *stream<I extends DescMessage, O extends DescMessage>(
    method: DescMethodServerStreaming<I, O>, request: MessageInitShape<I>, headers: HeadersInit, signal: AbortSignal,
  ): AsyncGenerator<MessageShape<O>, void, undefined> {
    const { message } = await this.connections.streams.stream(method, signal, undefined, headers, only(request));
    yield* message;
  }

  /** The metadata of the next call or stream. */
  async headers(): Promise<Record<string, string>> {
    const token = this.options.token;
    return token === undefined ? {} : { authorization: `Bearer ${await token()}` };
  }

  newRequestId(): string {
    return newRequestId(this.connections.random);
  }

  /**
   * A server that has no claims does not know the field `ifClaim`. It would carry the write out without the guard. Each client asks once.
   *
   * @throws Error It has none.
   */
  async demandClaims({ signal }: CallSettings): Promise<void> {
    if (!this.connections.hasClaims) {
      const { features } = await this.call(Discovery.method.getServerInfo, {}, signal === undefined ? {} : { signal });
      if (!features.includes(ServerFeature.CLAIMS)) {
        throw new Error('The server has no claims, so it would write without the guard ifClaim. Nothing was sent. Use a newer server.');
      }
      this.connections.hasClaims = true;
    }
  }

  protected requestIdOf({ requestId }: WriteSettings): string {
    return requestId ?? this.newRequestId();
  }
}

async function* only<T>(request: T): AsyncGenerator<T, void, undefined> {
  yield request;
}
