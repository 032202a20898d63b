// A way to the server that says who calls. The conformance suite has no option for headers. All else is passed on as it is.
import http from 'node:http';
import { once } from 'node:events';

/** @returns {Promise<{ url: string, close: () => void }>} */
export async function identified(server, headers) {
  const target = new URL(server);
  const proxy = http.createServer((request, answer) => {
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
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: `http://127.0.0.1:${proxy.address().port}`,
    close: () => {
      proxy.close();
      proxy.closeAllConnections();
    },
  };
}
