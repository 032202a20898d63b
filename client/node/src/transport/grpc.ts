import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { DescMessage, DescMethod, DescMethodStreaming, DescMethodUnary, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { ConnectError } from '@connectrpc/connect';
import type { StreamResponse, Transport, UnaryResponse } from '@connectrpc/connect';
import { Client, connectivityState, credentials, Metadata } from '@grpc/grpc-js';
import type { ChannelCredentials, ServiceError } from '@grpc/grpc-js';

import { StatusSchema } from '../generated/google/rpc/error_details_pb.js';
import type { CheckedOptions } from '../options.js';

/** The certificates of a connection with TLS, as PEM. */
export interface Certificates {
  readonly rootCertificates?: Uint8Array;
  readonly clientCertificate?: Uint8Array;
  readonly clientKey?: Uint8Array;
}

const DETAILS = 'grpc-status-details-bin';

/** gRPC over HTTP/2 by @grpc/grpc-js, as a transport of Connect. */
export class GrpcTransport implements Transport {
  #client: Client;
  #watch: ReturnType<typeof setTimeout> | undefined;

  private constructor(private readonly make: () => Client, private readonly connectTimeoutMs: number) {
    this.#client = make();
  }

  static open({ address, connectTimeoutMs, retryDelayMs, maxRetryDelayMs }: CheckedOptions, certificates: Certificates): GrpcTransport {
    const isSecure = address.protocol === 'https:';
    const port = address.port || (isSecure ? '443' : '80');
    const security = isSecure ? secured(certificates) : credentials.createInsecure();
    return new GrpcTransport(() => new Client(`dns:${address.hostname}:${port}`, security, {
      // Otherwise channels would share a connection. Streams are to have their own.
      'grpc.use_local_subchannel_pool': 1,
      // ServerCalls repeats calls, for every transport. A channel that waits longer than its caller would fail the call.
      'grpc.enable_retries': 0,
      'grpc.initial_reconnect_backoff_ms': retryDelayMs,
      'grpc.max_reconnect_backoff_ms': maxRetryDelayMs,
      // Long enough to cost nothing. Short enough to notice a dead peer behind a firewall that has forgotten the connection.
      'grpc.keepalive_time_ms': 60_000,
      'grpc.keepalive_timeout_ms': 20_000,
      // HTTP/2 without TLS does not pass a proxy. A proxy that the environment names must not break the loopback address.
      'grpc.enable_http_proxy': isSecure ? 1 : 0,
    }), connectTimeoutMs);
  }

  close(): void {
    clearTimeout(this.#watch);
    this.#client.close();
  }

  /**
   * The client for the next call. @grpc/grpc-js has no time limit for connecting: a connection that is accepted and then silent would hold
   * all calls. So a client that is not connected in time is given up. Its waiting calls fail with UNAVAILABLE, and the next one connects
   * anew.
   */
  #connected(): Client {
    const client = this.#client;
    const channel = client.getChannel();
    if (this.#watch === undefined && channel.getConnectivityState(true) !== connectivityState.READY) {
      this.#watch = setTimeout(() => {
        this.#watch = undefined;
        const state = channel.getConnectivityState(false);
        if (state !== connectivityState.READY && state !== connectivityState.IDLE && state !== connectivityState.SHUTDOWN) {
          this.#client = this.make();
          client.close();
        }
      }, this.connectTimeoutMs);
      this.#watch.unref();
    }
    return client;
  }

  unary<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: HeadersInit | undefined,
    input: MessageInitShape<I>,
  ): Promise<UnaryResponse<I, O>> {
    return new Promise((resolve, reject) => {
      const abort = () => call.cancel();
      const call = this.#connected().makeUnaryRequest(
        pathOf(method),
        (message: MessageShape<I>) => bytesOf(method.input, message),
        (bytes) => fromBinary(method.output, bytes),
        create(method.input, input),
        metadataOf(header),
        timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs },
        (error, message) => {
          signal?.removeEventListener('abort', abort);
          if (error || message === undefined) {
            reject(error ? failureOf(error) : new ConnectError('The answer holds no message.'));
          } else {
            resolve({ stream: false, service: method.parent, method, header: new Headers(), trailer: new Headers(), message });
          }
        },
      );
      onAbort(signal, abort);
    });
  }

  async stream<I extends DescMessage, O extends DescMessage>(
    method: DescMethodStreaming<I, O>,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: HeadersInit | undefined,
    input: AsyncIterable<MessageInitShape<I>>,
  ): Promise<StreamResponse<I, O>> {
    const first = await input[Symbol.asyncIterator]().next();
    const call = this.#connected().makeServerStreamRequest(
      pathOf(method),
      (message: MessageShape<I>) => bytesOf(method.input, message),
      (bytes) => fromBinary(method.output, bytes),
      create(method.input, first.value as MessageInitShape<I>),
      metadataOf(header),
      timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs },
    );
    // The reader gets the failure that ends the stream. When there is no reader any more, it must not end the process.
    call.on('error', () => {});
    onAbort(signal, () => call.cancel());

    async function* messages(): AsyncIterable<MessageShape<O>> {
      try {
        yield* call as AsyncIterable<MessageShape<O>>;
      } catch (error) {
        throw failureOf(error as ServiceError);
      } finally {
        call.cancel();
      }
    }

    return {
      stream: true, service: method.parent, method, header: new Headers(), trailer: new Headers(), message: messages(),
    };
  }
}

function secured({ rootCertificates, clientCertificate, clientKey }: Certificates): ChannelCredentials {
  const [roots, key, certificate] = [rootCertificates, clientKey, clientCertificate].map((pem) => (pem ? Buffer.from(pem) : null));
  return credentials.createSsl(roots, key, certificate);
}

function pathOf({ parent, name }: DescMethod): string {
  return `/${parent.typeName}/${name}`;
}

function bytesOf<T extends DescMessage>(schema: T, message: MessageShape<T>): Buffer {
  const { buffer, byteOffset, byteLength } = toBinary(schema, message);
  return Buffer.from(buffer, byteOffset, byteLength);
}

function metadataOf(header: HeadersInit | undefined): Metadata {
  const metadata = new Metadata();
  new Headers(header).forEach((value, name) => metadata.set(name, value));
  return metadata;
}

function onAbort(signal: AbortSignal | undefined, abort: () => void): void {
  if (signal?.aborted) {
    abort();
  } else {
    signal?.addEventListener('abort', abort, { once: true });
  }
}

function failureOf(error: ServiceError): ConnectError {
  const failure = new ConnectError(error.details, error.code as number, undefined, undefined, error);
  const trailer = error.metadata?.get(DETAILS)[0];
  if (trailer !== undefined) {
    failure.details = detailsOf(trailer as Buffer);
  }
  return failure;
}

// Unreadable details must not hide the status, which can be read.
function detailsOf(trailer: Buffer): ConnectError['details'] {
  try {
    return fromBinary(StatusSchema, trailer).details
      .map(({ typeUrl, value }) => ({ type: typeUrl.slice(typeUrl.lastIndexOf('/') + 1), value }));
  } catch {
    return [];
  }
}
