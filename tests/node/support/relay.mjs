// A relay between a client and the server. A test can break its connections, and lose answers.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export class Relay {
  #server;
  #target;
  #sockets = new Set();
  #losesNext = false;

  static async to(address) {
    const relay = new Relay();
    relay.send(address);
    relay.#server = createServer((client) => relay.#join(client, connect(relay.#target)));
    relay.#server.listen(0, '127.0.0.1');
    await once(relay.#server, 'listening');
    relay.address = `http://127.0.0.1:${relay.#server.address().port}`;
    return relay;
  }

  /** How many connections clients have now. */
  get connections() {
    return this.#sockets.size / 2;
  }

  /** Makes new connections to another address from here on. */
  send(address) {
    const { hostname, port } = new URL(address);
    this.#target = { host: hostname, port: Number(port) };
  }

  /** Breaks all connections. New ones are made as before. */
  break() {
    this.#sockets.forEach((socket) => socket.destroy());
  }

  /** Loses the server's next answer, and breaks its connection. */
  losesNextAnswer() {
    this.#losesNext = true;
  }

  close() {
    this.#server.close();
    this.break();
  }

  #join(client, server) {
    for (const [from, to] of [[client, server], [server, client]]) {
      this.#sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
    client.pipe(server);
    server.on('data', (bytes) => {
      if (this.#losesNext) {
        this.#losesNext = false;
        client.destroy();
      } else if (!client.destroyed) {
        client.write(bytes);
      }
    });
  }
}
