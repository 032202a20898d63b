import { Code, ConnectError } from '@connectrpc/connect';
import type { Interceptor, Transport } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-web';

// By the specification fetch throws a TypeError when a server cannot be reached, or is lost before it has answered. Node adds the cause.
const unreachable: Interceptor = (next) => async (request) => {
  try {
    return await next(request);
  } catch (error) {
    const { cause } = ConnectError.from(error);
    if (cause instanceof TypeError) {
      const why = (cause as { cause?: unknown }).cause;
      const message = why instanceof Error ? `The connection failed: ${why.message}` : 'The connection failed.';
      throw new ConnectError(message, Code.Unavailable, undefined, undefined, error);
    }
    throw error;
  }
};

/** gRPC-Web by the platform's fetch, which manages the connections. */
export function webTransport(address: URL): Transport {
  return createGrpcWebTransport({ baseUrl: address.origin, interceptors: [unreachable] });
}
