import { Code, ConnectError } from '@connectrpc/connect';
import type { Interceptor, Transport } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-web';

// fetch says no more than this when a server cannot be reached, or is lost before it has answered: by the specification a TypeError.
const unreachable: Interceptor = (next) => async (request) => {
  try {
    return await next(request);
  } catch (error) {
    if (ConnectError.from(error).cause instanceof TypeError) {
      throw new ConnectError('The connection failed.', Code.Unavailable, undefined, undefined, error);
    }
    throw error;
  }
};

/** gRPC-Web by the platform's fetch, which manages the connections by itself. */
export function webTransport(address: URL): Transport {
  return createGrpcWebTransport({ baseUrl: address.origin, interceptors: [unreachable] });
}
