// Passes requests of HTTP on to a server, as a proxy does.
import { once } from 'node:events';
import http from 'node:http';

/** Passes a request on, with further headers, and its answer back. */
export function passOn(server, request, answer, headers = {}) {
  const target = new URL(server);
  const sent = http.request({
    host: target.hostname,
    port: target.port,
    path: request.url,
    method: request.method,
    headers: { ...request.headers, ...headers },
  }, (received) => {
    answer.writeHead(received.statusCode, received.headers);
    received.pipe(answer);
  });
  sent.on('error', () => answer.destroy());
  answer.on('close', () => sent.destroy());
  request.pipe(sent);
}

/** Serves on a free port of loopback. */
export async function serve(handle) {
  const server = http.createServer(handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
